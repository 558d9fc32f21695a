import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RecentInvalidations } from './recently-applied.ts';

const minuteMs = 60_000;

let recent: RecentInvalidations;
beforeEach(() => {
  vi.useFakeTimers();
  recent = new RecentInvalidations();
});
afterEach(() => vi.useRealTimers());

test('remembers an invalidation for two minutes, and at most a quarter of a minute longer', () => {
  recent.add('one', ['a']);
  vi.advanceTimersByTime(2 * minuteMs);
  expect([...recent]).toEqual([['one', ['a']]]);
  vi.advanceTimersByTime(minuteMs / 4 + 1);
  expect([...recent]).toEqual([]);
});

test('remembers each of several invalidations of a namespace for two minutes', () => {
  const addedAtMs: number[] = [];
  for (let number = 0; number < 40; number += 1) {
    addedAtMs.push(performance.now());
    recent.add('one', [`${number}`]);
    vi.advanceTimersByTime(5000);
  }
  const known = new Set([...recent].flatMap(([, tags]) => tags));
  addedAtMs.forEach((atMs, number) => {
    if (performance.now() - atMs <= 2 * minuteMs) expect(known).toContain(`${number}`);
    if (performance.now() - atMs > 2.25 * minuteMs) expect(known).not.toContain(`${number}`);
  });
});

test('remembers the last invalidation of a quarter of a minute as long as the first', () => {
  recent.add('one', ['first']);
  vi.advanceTimersByTime(minuteMs / 4);
  recent.add('two', 'all');
  vi.advanceTimersByTime(2 * minuteMs);
  expect([...recent]).toContainEqual(['two', 'all']);
});

test('reports for as long that there were too many to remember', () => {
  for (let number = 0; number <= 10_000; number += 1) recent.add(`${number}`, 'all');
  vi.advanceTimersByTime(minuteMs);
  recent.add('another', 'all');
  vi.advanceTimersByTime(minuteMs);
  expect(recent.tooMany).toBe(true);
  vi.advanceTimersByTime(minuteMs / 4 + 1);
  expect(recent.tooMany).toBe(false);
});
