import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Primary } from './primary.ts';
import { createFleet, type Fleet } from './process-count.ts';

let calls: { key: string | undefined; args: readonly (string | number)[]; atMs: number }[];
let count: () => Promise<unknown>;
let fleet: Fleet;
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  calls = [];
  count = async () => 1;
  const primary = {
    run: (_: unknown, [key]: readonly string[], args: readonly (string | number)[]) => {
      calls.push({ key, args, atMs: Date.now() });
      return count();
    },
  } as unknown as Primary;
  fleet = createFleet({ primaryOf: () => primary, prefix: 'bb', intervalMs: 10_000 });
});
afterEach(() => {
  fleet.close();
  vi.useRealTimers();
});

test('a process reports itself at once and at the interval, and counts for three intervals', async () => {
  await vi.advanceTimersByTimeAsync(20_000);
  expect(calls.map(({ atMs }) => atMs)).toEqual([0, 10_000, 20_000]);
  expect(new Set(calls.map(({ key, args }) => `${key} ${args[1]}`))).toEqual(new Set(['bb:r:fleet 30000']));
  expect(new Set(calls.map(({ args }) => args[0])).size).toBe(1);
  fleet.close();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(calls).toHaveLength(3);
});

test('the size of the fleet is the last count, at least one, whatever happens afterwards', async () => {
  expect(fleet.size).toBe(1);
  const counts: [unknown, number][] = [
    [4, 4],
    [2, 2],
    [0, 1],
    [3, 3],
    ['many', 3],
  ];
  for (const [counted, size] of counts) {
    count = async () => counted;
    fleet.heartbeat();
    await vi.advanceTimersByTimeAsync(0);
    expect(fleet.size).toBe(size);
  }
  count = () => Promise.reject(new Error('the server is full'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(fleet.size).toBe(3);
});
