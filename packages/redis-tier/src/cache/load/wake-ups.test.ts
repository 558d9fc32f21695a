import { expect, test } from 'vitest';
import { LeaseWaiters } from './wake-ups.ts';

/** What happens at once, long before the wait ends by itself. */
function soon(waiting: Promise<void>): Promise<string> {
  return Promise.race([
    waiting.then(() => 'woken'),
    new Promise<string>((resolve) => setImmediate(resolve, 'no wake-up')),
  ]);
}

test('wakes a waiter only for its own leases', async () => {
  const leaseWaiters = new LeaseWaiters();
  const waiting = leaseWaiters.expect(['mine', 'mine too']).within(60_000);
  leaseWaiters.wake('another');
  expect(await soon(waiting)).toBe('no wake-up');
  leaseWaiters.wake('mine too');
  expect(await soon(waiting)).toBe('woken');
});

test('does not miss a wake-up between the request for the lease and the wait', async () => {
  const leaseWaiters = new LeaseWaiters();
  const wakeUp = leaseWaiters.expect(['mine']);
  leaseWaiters.wake('mine');
  expect(await soon(wakeUp.within(60_000))).toBe('woken');
});

test('wakes no waiter after its end', async () => {
  const leaseWaiters = new LeaseWaiters();
  const wakeUp = leaseWaiters.expect(['mine']);
  wakeUp.end();
  leaseWaiters.wake('mine');
  expect(await soon(wakeUp.within(60_000))).toBe('no wake-up');
});

test('wakes every waiter for a lease, and those that remain after one has ended', async () => {
  const leaseWaiters = new LeaseWaiters();
  const [one, ended, other] = [1, 2, 3].map(() => leaseWaiters.expect(['mine']));
  ended?.end();
  leaseWaiters.wake('mine');
  await Promise.all([one?.within(60_000), other?.within(60_000)]);
});
