import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { InvalidCacheUseError, type LoadContext } from '../../../packages/redis-tier/src/cache/index.ts';
import { type OpenedCache, openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';
import { signal } from '../../support/redis-tier/signal.ts';

const policies = {
  days: { ttlMs: 60_000, negativeTtlMs: 30_000, jitter: 0, refreshAhead: false, errorTtlMs: 0 },
};
const address = { namespace: 'shop', key: 'a', tags: ['day'] };
let nowMs: number;
const opened: OpenedCache<'days'>[] = [];
let one: OpenedCache<'days'>;
let prefix: string;

async function open(): Promise<OpenedCache<'days'>> {
  const opening = await openCache(inject('redisUrl'), {
    prefix,
    policies,
    local: { maxBytes: 100_000 },
    entryClock: { nowMs: () => nowMs },
  });
  opened.push(opening);
  return opening;
}

beforeEach(async () => {
  nowMs = Date.now();
  prefix = ownPrefix();
  one = await open();
});
afterEach(async () => {
  for (const it of opened.splice(0)) await it.end();
});

const days = (from = one) => from.cache.policy('days');
const load = async (): Promise<number> => 1;
const stored = () => until('it is stored', () => one.cache.statistics().total.bytesStored > 0);
/** To 10 ms: the estimate of the server's clock may move between the two reads. */
const lifeOf = ({ loadedAtMs, expiresAtMs }: { loadedAtMs: number; expiresAtMs: number }) =>
  10 * Math.round((expiresAtMs - loadedAtMs) / 10);

describe('the time of a value', () => {
  test.each([
    ['of the policy', {}, () => {}, 60_000],
    ['of the call', { ttlMs: 5000 }, () => {}, 5000],
    ['of the loader', {}, ({ setTtl }: LoadContext) => setTtl(4000), 4000],
    [
      'of the loader, at most that of the call',
      { ttlMs: 5000 },
      ({ setTtl }: LoadContext) => setTtl(9000),
      5000,
    ],
    ['of the loader, at most that of the policy', {}, ({ setTtl }: LoadContext) => setTtl(Infinity), 60_000],
  ])('is that %s', async (_, options, act, expectedMs) => {
    const request = {
      ...address,
      ...options,
      load: async (context: LoadContext) => {
        act(context);
        return 1;
      },
    };
    expect(lifeOf(await days().get(request))).toBe(expectedMs);
    await stored();
    const other = await open();
    const found = await days(other).get({ ...address, load });
    expect([found.source, lifeOf(found)]).toEqual(['remote', expectedMs]);
    nowMs += expectedMs - 1;
    expect((await days(other).get({ ...address, load })).source).not.toBe('miss');
    nowMs += 1;
    expect((await days(other).get({ ...address, load })).source).toBe('miss');
  });

  test('of null is the shorter of that of the call and that of null', async () => {
    expect(lifeOf(await days().get({ ...address, ttlMs: 40_000, load: async () => null }))).toBe(30_000);
    expect(lifeOf(await days().get({ ...address, key: 'b', ttlMs: 10_000, load: async () => null }))).toBe(
      10_000,
    );
  });

  test.each([0, -1, NaN, 1.5, Infinity, 60_001])('of a call, %s ms, is rejected', async (ttlMs) => {
    await expect(days().get({ ...address, ttlMs, load })).rejects.toThrow(InvalidCacheUseError);
    const many = { namespace: 'shop', items: [{ key: 'a' }], ttlMs, load: async () => new Map([['a', 1]]) };
    await expect(days().getMany(many)).rejects.toThrow('ttlMs must be a whole number from 1 to 60000');
  });

  test('of a loader that is not a number is an error of the load', async () => {
    const wrong = ({ setTtl }: LoadContext): Promise<number> => {
      setTtl(NaN);
      return load();
    };
    await expect(days().get({ ...address, load: async (context) => wrong(context) })).rejects.toThrow(
      InvalidCacheUseError,
    );
  });

  test('of several keys is set for each or for all', async () => {
    const results = await days().getMany({
      namespace: 'shop',
      items: ['a', 'b', 'c'].map((key) => ({ key })),
      load: async (keys, { setTtl, doNotStore }) => {
        setTtl(9000);
        setTtl(4000, 'b');
        doNotStore('c');
        return new Map(keys.map((key) => [key, key]));
      },
    });
    expect([...results].map(([key, result]) => [key, result.value, lifeOf(result)])).toEqual([
      ['a', 'a', 9000],
      ['b', 'b', 4000],
      ['c', 'c', 0],
    ]);
  });
});

describe('a value that its loader keeps out of the cache', () => {
  test.each([
    ['doNotStore', ({ doNotStore }: LoadContext) => doNotStore()],
    ['a time that is over', ({ setTtl }: LoadContext) => setTtl(-5)],
  ])('by %s reaches the callers that wait, and nobody else', async (_, act) => {
    let loads = 0;
    const begun = signal();
    const go = signal();
    const get = () =>
      days().get({
        ...address,
        load: async (context) => {
          loads += 1;
          act(context);
          begun.give();
          await go.given;
          return loads;
        },
      });
    const first = get();
    await begun.given;
    go.give();
    expect((await first).value).toBe(1);
    expect((await get()).value).toBe(2);
    expect(await one.cache.keys({ namespace: 'shop' })).toEqual({ keys: [], cursor: null });
    // No other process waits for the lease.
    const other = await open();
    const leases = await one.redis.keys(`${prefix}:l:*`);
    expect(leases).toEqual([]);
    expect((await days(other).get({ ...address, load })).source).toBe('miss');
  });
});

describe('has', () => {
  test('is true while a fresh value is cached, in this process or in Redis, and loads nothing', async () => {
    expect(await days().has(address)).toBe(false);
    await days().get({ ...address, load });
    await stored();
    const other = await open();
    const before = one.cache.statistics().total;
    expect([await days().has(address), await days(other).has(address)]).toEqual([true, true]);
    expect(one.cache.statistics().total).toEqual(before);
    expect(await days(other).has({ ...address, tags: ['other'] }), 'the tags are part of the entry').toBe(
      false,
    );
    nowMs += 60_000;
    expect([await days().has(address), await days(other).has(address)]).toEqual([false, false]);
  });

  test('is false after an invalidation', async () => {
    await days().get({ ...address, load });
    await stored();
    await one.cache.invalidate('shop', ['day']);
    expect(await days().has(address)).toBe(false);
  });

  test('rejects an address out of range', async () => {
    await expect(days().has({ ...address, key: '' })).rejects.toThrow(InvalidCacheUseError);
  });
});

describe("the caller's signal", () => {
  test('ends the wait of this caller alone, and the load goes on', async () => {
    const go = signal();
    const begun = signal();
    const control = new AbortController();
    let loadSignal: AbortSignal | undefined;
    const slow = async (context: LoadContext): Promise<number> => {
      loadSignal = context.signal;
      begun.give();
      await go.given;
      return 7;
    };
    const leaving = days().get({ ...address, signal: control.signal, load: slow });
    const staying = days().get({ ...address, load: slow });
    await begun.given;
    const reason = new Error('the client has gone');
    control.abort(reason);
    await expect(leaving).rejects.toBe(reason);
    expect(loadSignal?.aborted).toBe(false);
    go.give();
    expect((await staying).value).toBe(7);
    await stored();
    expect((await days().get({ ...address, load })).value).toBe(7);
  });

  test('that was aborted before begins nothing', async () => {
    let loads = 0;
    const count = async (): Promise<number> => ++loads;
    const aborted = AbortSignal.abort(new Error('too late'));
    await expect(days().get({ ...address, signal: aborted, load: count })).rejects.toThrow('too late');
    const many = {
      namespace: 'shop',
      items: [{ key: 'a' }],
      signal: aborted,
      load: async () => new Map([['a', ++loads]]),
    };
    await expect(days().getMany(many)).rejects.toThrow('too late');
    expect(loads).toBe(0);
  });

  test('of many calls keeps no listeners', async () => {
    const control = new AbortController();
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    for (let number = 0; number < 30; number += 1)
      await days().get({ ...address, key: `${number}`, signal: control.signal, load });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});
