import { beforeEach, expect, test } from 'vitest';
import type { Deliverer } from './deliverer.ts';
import { createPoller } from './poll.ts';

const nowMs = 1_000_000;
const overdueMs = 60_000;
const turn = () => new Promise((resolve) => setImmediate(resolve));

let left: number;
let asked: number[];
/** Ends the sending of one message each. */
let sending: (() => void)[];
beforeEach(() => {
  left = 0;
  asked = [];
  sending = [];
});

const deliverer = {
  async deliverNext(dueBeforeMs, onClaimed) {
    asked.push(dueBeforeMs);
    if (left === 0) return false;
    left -= 1;
    onClaimed();
    await new Promise<void>((resolve) => sending.push(resolve));
    return true;
  },
} as Deliverer;

const poller = (accepting: boolean | null, more: Partial<Deliverer> = {}) => {
  const errors: unknown[] = [];
  const poll = createPoller({
    deliverer: { ...deliverer, ...more },
    clock: { nowMs: () => nowMs },
    wakeUpQueue: accepting === null ? null : { accepting },
    concurrency: 3,
    overdueMs,
    onError: (error) => errors.push(error),
  });
  return { poll, errors };
};

test.each([
  ['without a queue', null, nowMs],
  ['while the queue accepts nothing', false, nowMs],
  ['while the queue works, only what is overdue', true, nowMs - overdueMs],
])('sends what is due %s', async (_, accepting, dueBeforeMs) => {
  poller(accepting).poll();
  await turn();
  expect(asked).toEqual([dueBeforeMs]);
});

test('sends at most as many at the same time as it may, however often it is called, until none is due', async () => {
  left = 10;
  const { poll } = poller(null);
  for (let calls = 0; calls < 5; calls += 1) poll();
  await turn();
  expect(sending).toHaveLength(3);
  poll();
  await turn();
  expect(left).toBe(7);
  while (left > 0) {
    sending.shift()?.();
    await turn();
    expect(sending).toHaveLength(3);
  }
});

test('goes on after an error, which it reports', async () => {
  let failures = 5;
  const { poll, errors } = poller(null, {
    deliverNext: async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('the database is unavailable');
      return false;
    },
  });
  for (let calls = 0; calls < 6; calls += 1) {
    poll();
    await turn();
  }
  expect(errors).toHaveLength(5);
  expect(failures).toBe(-1);
});
