import { expect, test } from 'vitest';
import { WakeUps } from './wake-ups.ts';

test('a waiting one is woken by its lease alone', async () => {
  const wakeUps = new WakeUps();
  const wakeUp = wakeUps.expect(['mine', 'mine too']);
  let woken = false;
  const waiting = wakeUp.within(60_000).then(() => {
    woken = true;
  });
  wakeUps.wake('another');
  await Promise.resolve();
  expect(woken).toBe(false);
  wakeUps.wake('mine too');
  await waiting;
});

test('a wake-up between asking for the lease and waiting for it is not missed', async () => {
  const wakeUps = new WakeUps();
  const wakeUp = wakeUps.expect(['mine']);
  wakeUps.wake('mine');
  await wakeUp.within(60_000);
});

test('nobody is woken after the end', async () => {
  const wakeUps = new WakeUps();
  const wakeUp = wakeUps.expect(['mine']);
  wakeUp.end();
  wakeUps.wake('mine');
  const winner = await Promise.race([
    wakeUp.within(60_000),
    new Promise((resolve) => setImmediate(resolve, 'nobody')),
  ]);
  expect(winner).toBe('nobody');
});
