import { expect, test } from 'vitest';
import { LeaseWaiters } from './wake-ups.ts';

test('a waiting one is woken by its lease alone', async () => {
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

test('a wake-up between asking for the lease and waiting for it is not missed', async () => {
  const leaseWaiters = new LeaseWaiters();
  const wakeUp = leaseWaiters.expect(['mine']);
  leaseWaiters.wake('mine');
  await wakeUp.within(60_000);
});

test('nobody is woken after the end', async () => {
  const leaseWaiters = new LeaseWaiters();
  const wakeUp = leaseWaiters.expect(['mine']);
  wakeUp.end();
  leaseWaiters.wake('mine');
  const winner = await Promise.race([
    wakeUp.within(60_000),
    new Promise((resolve) => setImmediate(resolve, 'nobody')),
  ]);
  expect(winner).toBe('nobody');
});
