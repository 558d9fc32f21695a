import { beforeEach, describe, expect, test } from 'vitest';
import { KeySpace } from '../keys.ts';
import { resolvePolicy } from '../policy-options.ts';
import { CachedValue } from '../values/cached-value.ts';
import { InFlightLoads, type LoadResult } from './in-flight-load.ts';

const keys = new KeySpace('bb');
const policy = resolvePolicy('days', { ttlMs: 1000 });
const entry = (key: string, ...tags: string[]) => keys.entry(policy, { namespace: 'shop', key, tags });
const result = (stored: LoadResult['stored']): LoadResult => ({
  content: new CachedValue(Buffer.from('1')),
  source: 'miss',
  loadedAtMs: 1,
  expiresAtMs: 2,
  stored,
});

let loads: InFlightLoads;
beforeEach(() => {
  loads = new InFlightLoads();
});

describe('a caller', () => {
  test.each([
    ['was stored', Promise.resolve(true), true],
    ['was not stored', Promise.resolve(false), false],
    ['cannot be stored', false, false],
  ] as const)(
    'that joined after the source was read takes a result that %s: %s',
    async (_, stored, takes) => {
      const load = loads.begin(entry('a'));
      load.beginReading();
      const joined = load.join();
      load.resolve(result(stored));
      expect((await joined) !== null).toBe(takes);
    },
  );

  test('that joined before the source was read takes the result in any case, also if it is read twice', async () => {
    const load = loads.begin(entry('a'));
    const early = load.join();
    load.beginReading();
    const between = load.join();
    load.beginReading();
    const late = load.join();
    load.resolve(result(false));
    expect([await early, await between, await late].map((it) => it !== null)).toEqual([true, true, false]);
  });

  test('gets no result from a load that was left to another process, and the error of one that failed', async () => {
    const [left, failed] = [loads.begin(entry('a')), loads.begin(entry('b'))];
    const outcomes = Promise.allSettled([left.join(), failed.join(), failed.join()]);
    left.resolve(null);
    failed.fail(new Error('database'));
    expect(await outcomes).toMatchObject([
      { value: null },
      { reason: { message: 'database' } },
      { reason: { message: 'database' } },
    ]);
  });
});

describe('loads in flight', () => {
  test('are found by their entry and its tags until they end', () => {
    const [one, other] = [loads.begin(entry('a')), loads.begin(entry('b'))];
    expect(loads.find(entry('a'))).toBe(one);
    one.resolve(null);
    expect(loads.find(entry('a'))).toBeUndefined();
    expect(loads.find(entry('b'))).toBe(other);
    expect(loads.find(entry('b', 'day'))).toBeUndefined();
    expect(loads.size).toBe(1);
  });

  test('are detached when any tag of their entry is invalidated, all of them, and no others', () => {
    const covered = [loads.begin(entry('a', 'day', 'staff')), loads.begin(entry('b', 'staff'))];
    const other = loads.begin(entry('c', 'day'));
    loads.detach([keys.tag('shop', 'x'), keys.tag('shop', 'staff')]);
    expect([...covered, other].map(({ isOpen }) => isOpen)).toEqual([false, false, true]);
    expect(loads.size).toBe(1);
  });

  test('that end do not hide a later load of their entry', () => {
    const [first, second] = [loads.begin(entry('a')), loads.begin(entry('a'))];
    first.resolve(null);
    expect(loads.find(entry('a'))).toBe(second);
  });
});
