import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Loop, startLoop } from './loop.ts';

let runsAtMs: number[];
let work: () => Promise<void>;
let errors: unknown[];
let loop: Loop;
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  runsAtMs = [];
  errors = [];
  work = async () => {};
  loop = startLoop(
    () => {
      runsAtMs.push(Date.now());
      return work();
    },
    { everyMs: 1000, onError: (error) => errors.push(error) },
  );
});
afterEach(() => {
  void loop.stop();
  vi.useRealTimers();
});

/** Makes each run take this long. */
function take(ms: number): void {
  work = () => new Promise((resolve) => setTimeout(resolve, ms));
}

test('works at once, and again at the interval after each run, also after one that failed', async () => {
  work = async () => {
    throw new Error('once');
  };
  await vi.advanceTimersByTimeAsync(1000);
  expect(errors).toMatchObject([{ message: 'once' }]);
  take(300);
  await vi.advanceTimersByTimeAsync(1000);
  expect(runsAtMs).toEqual([0, 1000, 2000]);
  await vi.advanceTimersByTimeAsync(1300);
  expect(runsAtMs).toEqual([0, 1000, 2000, 3300]);
});

test('works at once when it is woken, and the interval begins again', async () => {
  await vi.advanceTimersByTimeAsync(400);
  loop.wake();
  await vi.advanceTimersByTimeAsync(1000);
  expect(runsAtMs).toEqual([0, 400, 1400]);
});

test('that is woken while it works runs once more afterwards, however often it was woken', async () => {
  await vi.advanceTimersByTimeAsync(0);
  take(300);
  for (let times = 0; times < 3; times += 1) loop.wake();
  await vi.advanceTimersByTimeAsync(100);
  for (let times = 0; times < 3; times += 1) loop.wake();
  await vi.advanceTimersByTimeAsync(1000);
  expect(runsAtMs).toEqual([0, 0, 300]);
});

test('stops after the current run, whatever woke it', async () => {
  await vi.advanceTimersByTimeAsync(0);
  take(300);
  loop.wake();
  loop.wake();
  let stopped = false;
  const stopping = loop.stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(299);
  expect(stopped).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await stopping;
  loop.wake();
  await vi.advanceTimersByTimeAsync(5000);
  expect(runsAtMs).toEqual([0, 0]);
});
