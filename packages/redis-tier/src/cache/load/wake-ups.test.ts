import { expect, test } from 'vitest';
import { LeaseWaiters } from './wake-ups.ts';

test('wakes a waiter only for its own leases', async () => {
  const leaseWaiters = new LeaseWaiters();
  const wakeUp = leaseWaiters.expect(['mine', 'mine too']);
  let woken = false;
  const waiting = wakeUp.within(60_000).then(() => {
    woken = true;
  });
  leaseWaiters.wake('another');
  await Promise.resolve();
  expect(woken).toBe(false);
  leaseWaiters.wake('mine too');
  await waiting;
});

test('does not miss a wake-up between the request for the lease and the wait', async () => {
  const leaseWaiters = new LeaseWaiters();
  const wakeUp = leaseWaiters.expect(['mine']);
  leaseWaiters.wake('mine');
  await wakeUp.within(60_000);
});

test('wakes no waiter after its end', async () => {
  const leaseWaiters = new LeaseWaiters();
  const wakeUp = leaseWaiters.expect(['mine']);
  wakeUp.end();
  leaseWaiters.wake('mine');
  const winner = await Promise.race([
    wakeUp.within(60_000),
    new Promise((resolve) => setImmediate(resolve, 'no wake-up')),
  ]);
  expect(winner).toBe('no wake-up');
});
