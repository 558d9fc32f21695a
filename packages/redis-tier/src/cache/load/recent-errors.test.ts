import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KeySpace } from '../keys.ts';
import { resolvePolicy } from '../policy-options.ts';
import { ErrorCache } from './recent-errors.ts';

const keys = new KeySpace('bb');
const policy = resolvePolicy('days', { ttlMs: 1000 });
const entry = (key: string, ...tags: string[]) => keys.entry(policy, { namespace: 'shop', key, tags });
const [first, second] = [new Error('first'), new Error('second')];

let errors: ErrorCache;
beforeEach(() => {
  vi.useFakeTimers();
  errors = new ErrorCache(250);
});
afterEach(() => vi.useRealTimers());

describe('a load error', () => {
  test('is remembered for its time, of each entry by itself', () => {
    errors.record(entry('a'), first);
    vi.advanceTimersByTime(200);
    errors.record(entry('b'), second);
    vi.advanceTimersByTime(49);
    expect([errors.find(entry('a'))?.error, errors.find(entry('b'))?.error]).toEqual([first, second]);
    vi.advanceTimersByTime(1);
    expect([errors.find(entry('a'))?.error, errors.find(entry('b'))?.error]).toEqual([undefined, second]);
  });

  test('that occurs again is remembered from then on', () => {
    errors.record(entry('a'), first);
    vi.advanceTimersByTime(200);
    errors.record(entry('a'), second);
    vi.advanceTimersByTime(249);
    expect(errors.find(entry('a'))?.error).toBe(second);
  });

  test('is forgotten when any tag of its entry is invalidated', () => {
    for (const key of ['a', 'b']) errors.record(entry(key, 'day', 'staff'), first);
    errors.record(entry('c', 'day'), first);
    errors.forget([keys.tag('shop', 'other'), keys.tag('shop', 'staff')]);
    expect(['a', 'b'].map((key) => errors.find(entry(key, 'day', 'staff')))).toEqual([undefined, undefined]);
    expect(errors.find(entry('c', 'day'))?.error).toBe(first);
    errors.forget([keys.namespaceTag('shop')]);
    expect(errors.find(entry('c', 'day'))).toBeUndefined();
  });

  test('is not that of a load with other tags', () => {
    errors.record(entry('a', 'day', 'staff'), first);
    expect(errors.find(entry('a', 'day'))).toBeUndefined();
    expect(errors.find(entry('a', 'staff', 'day'))?.error).toBe(first);
  });
});

test('remembers at most a thousand errors, the latest ones', () => {
  for (let number = 0; number < 1000; number += 1) errors.record(entry(`${number}`), first);
  // It is the latest again.
  errors.record(entry('0'), first);
  errors.record(entry('1000'), first);
  const known = (number: number) => errors.find(entry(`${number}`)) !== undefined;
  expect([0, 1, 2, 1000].map(known)).toEqual([true, false, true, true]);
});

test('remembers nothing when errors have no time', () => {
  const none = new ErrorCache(0);
  none.record(entry('a'), first);
  expect(none.find(entry('a'))).toBeUndefined();
});
