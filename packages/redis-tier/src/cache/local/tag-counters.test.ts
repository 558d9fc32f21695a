import { beforeEach, expect, test } from 'vitest';
import { TagCounters } from './tag-counters.ts';

let counters: TagCounters;
beforeEach(() => {
  counters = new TagCounters();
});

const isUnchanged = (tags: readonly string[], snapshot = counters.snapshot(0)) =>
  counters.isUnchanged(counters.bucketsOf(tags), snapshot);

test('an entry has changed when any of its tags has, since its snapshot', () => {
  counters.raise('a');
  const before = counters.snapshot(7);
  expect(before).toEqual({ epoch: 7, changeCount: 1 });
  expect(isUnchanged(['a', 'b', 'c'], before)).toBe(true);
  counters.raise('c');
  expect(isUnchanged(['a', 'b'], before)).toBe(true);
  expect(isUnchanged(['a', 'b', 'c'], before)).toBe(false);
  expect(isUnchanged(['a', 'b', 'c'])).toBe(true);
  // The second change of one tag counts as the first did.
  const between = counters.snapshot(7);
  counters.raise('c');
  expect(isUnchanged(['c'], between)).toBe(false);
  expect(isUnchanged(['a', 'b'], before)).toBe(true);
});

test('tags with changes since the count of each are found, whichever it is', () => {
  counters.raise('a');
  counters.raise('b');
  const tags = counters.bucketsOf(['a', 'b']);
  const areUnchanged = (...counts: number[]) => counters.areUnchanged(tags, Float64Array.from(counts));
  expect([areUnchanged(1, 2), areUnchanged(0, 2), areUnchanged(1, 1)]).toEqual([true, false, false]);
});

test('the latest invalidation by this process is that of any of the tags', () => {
  expect(counters.lastOwnMs(['a', 'b'])).toBe(0);
  counters.invalidatedHere('a', 200);
  counters.invalidatedHere('b', 300);
  counters.raise('c');
  expect(counters.lastOwnMs(['a', 'c'])).toBe(200);
  expect(counters.lastOwnMs(['a', 'b', 'c'])).toBe(300);
  counters.invalidatedHere('a', 400);
  expect(counters.lastOwnMs(['a', 'b'])).toBe(400);
});
