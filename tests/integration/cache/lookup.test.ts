import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import {
  LoadTimeoutError,
  type PolicyOptions,
  UncacheableValueError,
} from '../../../packages/redis-tier/src/cache/index.ts';
import { type OpenedCache, openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';
import { signal } from '../../support/redis-tier/signal.ts';
import { inOneTurn } from '../../support/replaceable-timers.ts';

const policies = {
  days: {
    ttlMs: 60_000,
    staleWhileRevalidateMs: 60_000,
    jitter: 0,
    errorTtlMs: 60_000,
    leaseMs: 60_000,
    leaseWaitMs: 60_000,
    refreshAhead: false,
  },
  'fails-briefly': { ttlMs: 60_000, errorTtlMs: 30 },
  brief: {
    ttlMs: 30,
    leaseWaitMs: 60_000,
    staleWhileRevalidateMs: 30_000,
    staleIfErrorMs: 60_000,
    errorTtlMs: 0,
    jitter: 0,
    refreshAhead: false,
  },
  hard: { ttlMs: 30, jitter: 0, errorTtlMs: 0, refreshAhead: false, loadTimeoutMs: 150, leaseMs: 100 },
  ahead: { ttlMs: 20_000, jitter: 0 },
  small: { ttlMs: 60_000, maxBodyBytes: 100 },
  negative: { ttlMs: 60_000, negativeTtlMs: 20_000, jitter: 0, refreshAhead: false },
} satisfies Record<string, PolicyOptions>;
type Names = keyof typeof policies;

let prefix: string;
let one: OpenedCache<Names>;
let other: OpenedCache<Names>;
beforeEach(async () => {
  prefix = ownPrefix();
  one = await openCache(inject('redisUrl'), { prefix, policies });
  other = await openCache(inject('redisUrl'), { prefix, policies });
});
afterEach(async () => {
  await one.end();
  await other.end();
});

const key = { namespace: 'shop-1', key: 'a', tags: ['day'] };

describe('a lookup', () => {
  test('loads once, and every process finds the value in Redis afterwards', async () => {
    const load = vi.fn(async () => ({ free: [1, 2] }));
    const first = await one.cache.policy('days').get({ ...key, load });
    expect(first).toMatchObject({ source: 'miss', value: { free: [1, 2] } });
    await until('the value is stored', () => one.cache.statistics().total.bytesStored > 0);
    const second = await other.cache.policy('days').get({ ...key, load });
    expect(second).toMatchObject({ source: 'remote', value: { free: [1, 2] } });
    expect(second.body.toString()).toBe('{"free":[1,2]}');
    expect(second.etag).toBe(first.etag);
    expect(second.etag).toMatch(/^"[\w-]{27}"$/);
    expect(second.expiresAtMs - second.loadedAtMs).toBe(60_000);
    expect(Math.abs(second.loadedAtMs - Date.now())).toBeLessThan(30_000);
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('returns values that cannot be modified', async () => {
    const { value } = await one.cache
      .policy('days')
      .get({ ...key, load: async () => ({ deep: [{ a: 1 }] }) });
    expect(() => {
      (value.deep[0] as { a: number }).a = 2;
    }).toThrow(TypeError);
  });

  test.each([[null], [0], [''], [false]])('caches %j like any other value', async (value) => {
    const load = vi.fn(async () => value);
    expect((await one.cache.policy('days').get({ ...key, load })).value).toBe(value);
    await until('the value is stored', () => one.cache.statistics().total.bytesStored > 0);
    expect(await other.cache.policy('days').get({ ...key, load })).toMatchObject({ source: 'remote', value });
    expect(load).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a BigInt', 1n],
  ])('rejects %s with an error that names the entry', async (_, value) => {
    const rejected = one.cache.policy('days').get({ ...key, load: async () => value });
    await expect(rejected).rejects.toThrow(UncacheableValueError);
    await expect(rejected).rejects.toThrow(/days "a"/);
  });

  test('passes the error of the loader to the caller, and loads again when the failure mark has expired', async () => {
    const failsOnce = () =>
      vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('database')).mockResolvedValue('x');
    const load = failsOnce();
    await expect(one.cache.policy('days').get({ ...key, load })).rejects.toThrow('database');
    await expect(one.cache.policy('days').get({ ...key, load })).rejects.toThrow('database');
    expect(load).toHaveBeenCalledTimes(1);
    const brief = { ...key, load: failsOnce() };
    await expect(one.cache.policy('fails-briefly').get(brief)).rejects.toThrow('database');
    await until('the value is loaded again', async () => {
      const result = await one.cache
        .policy('fails-briefly')
        .get(brief)
        .catch(() => null);
      return result?.value === 'x';
    });
  });

  test('aborts a load that exceeds its limit', async () => {
    const seen: AbortSignal[] = [];
    const load = ({ signal }: { signal: AbortSignal }): Promise<string> => {
      seen.push(signal);
      return new Promise(() => {});
    };
    await expect(one.cache.policy('hard').get({ ...key, load })).rejects.toThrow(LoadTimeoutError);
    expect(seen[0]?.aborted).toBe(true);
  });

  test('serves a stale value immediately while one caller loads it again', async () => {
    let aheadMs = 0;
    const entryClock = { nowMs: () => 1_800_000_000_000 + aheadMs };
    const caches = await Promise.all(
      [1, 2].map(() => openCache(inject('redisUrl'), { prefix, policies, entryClock })),
    );
    const [{ cache }] = caches as [OpenedCache<Names>];
    await cache.policy('days').get({ ...key, load: async () => 1 });
    await until('the value is stored', () => cache.statistics().total.bytesStored > 0);
    aheadMs = policies.days.ttlMs;
    const goOn = signal();
    const load = vi.fn(async () => {
      await goOn.given;
      return 2;
    });
    const readAll = () =>
      Promise.all(
        Array.from({ length: 20 }, (_, caller) =>
          caches[caller % 2]?.cache.policy('days').get({ ...key, load }),
        ),
      );
    // A caller that waited for the load would never finish.
    for (const result of [...(await readAll()), ...(await readAll())])
      expect(result).toMatchObject({ source: 'stale', value: 1 });
    await until('the load has begun', () => load.mock.calls.length > 0);
    expect((await readAll()).map((result) => result?.value)).toEqual(Array(20).fill(1));
    goOn.give();
    for (const opened of caches) {
      await until('the new value is read', async () => {
        const { source, value } = await opened.cache.policy('days').get({ ...key, load });
        return source === 'remote' && value === 2;
      });
    }
    expect(load).toHaveBeenCalledTimes(1);
    for (const opened of caches) await opened.end();
  });

  test('serves a stale value when loading fails', async () => {
    await one.cache.policy('brief').get({ ...key, load: async () => 'good' });
    await until('the value is stored', () => one.cache.statistics().total.bytesStored > 0);
    await other.cache.invalidate('shop-1', ['day']);
    const failing = async (): Promise<string> => {
      throw new Error('database');
    };
    // A process that did not invalidate gets the stale value; the one that did gets the error.
    await until('the entry is stale', async () => {
      const result = await one.cache.policy('brief').get({ ...key, load: failing });
      expect(result).toMatchObject({ source: 'stale', value: 'good' });
      return true;
    });
    await expect(other.cache.policy('brief').get({ ...key, load: failing })).rejects.toThrow('database');
  });

  test('loads a frequently read value again before it expires', async () => {
    let loads = 0;
    const load = async (): Promise<number> => {
      loads += 1;
      const end = performance.now() + 40;
      await until('40 ms of work are done', () => performance.now() > end);
      return loads;
    };
    const read = async (): Promise<string> => (await one.cache.policy('ahead').get({ ...key, load })).source;
    await read();
    await until('the value is stored', () => one.cache.statistics().total.bytesStored > 0);
    const chance = vi.spyOn(Math, 'random').mockReturnValue(0.999);
    try {
      expect(await read()).toBe('remote');
      expect(loads, 'far from its expiry').toBe(1);
      // The smallest chance elects a caller up to 744 load times before the end.
      chance.mockReturnValue(Number.MIN_VALUE);
      expect(await read(), 'the elected caller does not wait for the load').toBe('remote');
      await until('the value is loaded ahead', () => loads === 2);
    } finally {
      chance.mockRestore();
    }
  });

  test('returns a value that is too large without storing it', async () => {
    const load = vi.fn(async () => 'x'.repeat(200));
    await one.cache.policy('small').get({ ...key, load });
    await one.cache.policy('small').get({ ...key, load });
    expect(load).toHaveBeenCalledTimes(2);
    expect(one.cache.statistics().policies['small']?.storeRejections).toBe(2);
    expect(one.events).toContainEqual({ type: 'store-rejected', policy: 'small', reason: '202 bytes' });
  });

  test('caches null for its own TTL', async () => {
    let aheadMs = 0;
    const entryClock = { nowMs: () => 1_800_000_000_000 + aheadMs };
    const { cache, end } = await openCache(inject('redisUrl'), { prefix, policies, entryClock });
    const load = vi.fn<() => Promise<number | null>>().mockResolvedValueOnce(null).mockResolvedValue(1);
    const read = () => cache.policy('negative').get({ ...key, load });
    expect((await read()).value).toBeNull();
    await until('null is stored', () => cache.statistics().total.bytesStored > 0);
    aheadMs = policies.negative.negativeTtlMs - 1;
    expect(await read()).toMatchObject({ source: 'remote', value: null });
    aheadMs += 1;
    expect(await read()).toMatchObject({ source: 'miss', value: 1 });
    await end();
  });

  test('separates schema versions of a policy', async () => {
    const newer = await openCache(inject('redisUrl'), {
      prefix,
      policies: { days: { ttlMs: 60_000, schemaVersion: '2' } },
    });
    await one.cache.policy('days').get({ ...key, load: async () => 'old shape' });
    await until('the value is stored', () => one.cache.statistics().total.bytesStored > 0);
    expect((await newer.cache.policy('days').get({ ...key, load: async () => 'new shape' })).value).toBe(
      'new shape',
    );
    await newer.end();
  });

  test.each([
    [{ namespace: 'a{b', key: 'a' }],
    [{ namespace: '', key: 'a' }],
    [{ namespace: 'a', key: '' }],
    [{ namespace: 'a', key: 'a', tags: [''] }],
    [{ namespace: 'a', key: 'a', tags: Array.from({ length: 16 }, (_, index) => `${index}`) }],
  ])('rejects the address %j', async (address) => {
    await expect(one.cache.policy('days').get({ ...address, load: async () => 1 })).rejects.toThrow(
      / have | must be a text /,
    );
  });
});

describe('several lookups', () => {
  test('of one turn travel as one command', async () => {
    const mget = vi.spyOn(one.redis, 'mgetBuffer');
    const load = async (): Promise<number> => 1;
    const getAll = (): Promise<unknown> =>
      Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          one.cache.policy('days').get({ namespace: 's', key: `${index}`, load }),
        ),
      );
    await getAll();
    await until('all are stored', () => one.cache.statistics().total.bytesStored === 50);
    mget.mockClear();
    await inOneTurn(getAll);
    expect(mget).toHaveBeenCalledTimes(1);
    expect(one.cache.statistics().total).toMatchObject({
      remoteHits: 50,
      misses: 50,
      hitRate: 0.5,
      recentHitRate: 0.5,
    });
  });

  test('of a month load only the missing days, in one call', async () => {
    const month = Array.from({ length: 31 }, (_, day) => ({ key: `day-${day}`, tags: [`day-${day}`] }));
    const load = vi.fn(
      async (keys: readonly string[]) => new Map(keys.map((name) => [name, `free on ${name}`])),
    );
    const request = { namespace: 'shop-1', items: month, load };
    const first = await one.cache.policy('days').getMany(request);
    expect(first.size).toBe(31);
    const bytes = [...first.values()].reduce((sum, { body }) => sum + body.length, 0);
    await until('all are stored', () => one.cache.statistics().total.bytesStored === bytes);
    await one.cache.invalidate('shop-1', ['day-3', 'day-7']);
    const second = await other.cache.policy('days').getMany(request);
    expect(load.mock.calls.map(([keys]) => keys.length)).toEqual([31, 2]);
    expect(load.mock.calls[1]?.[0]).toEqual(['day-3', 'day-7']);
    expect(second.get('day-3')?.source).toBe('miss');
    expect(second.get('day-4')?.source).toBe('remote');
    expect(second.get('day-4')?.value).toBe('free on day-4');
  });

  test('of many keys use what other processes load, and load the rest', async () => {
    const loading = signal();
    const started = signal();
    const slow = one.cache.policy('days').get({
      namespace: 'shop-1',
      key: 'b',
      load: async () => {
        started.give();
        await loading.given;
        return 'from one';
      },
    });
    await started.given;
    const load = vi.fn(async (keys: readonly string[]) => {
      loading.give();
      return new Map(keys.map((name) => [name, 'from other']));
    });
    const results = await other.cache.policy('days').getMany({
      namespace: 'shop-1',
      items: [{ key: 'a' }, { key: 'b' }, { key: 'c' }],
      load,
    });
    await slow;
    expect([...results.values()].map(({ value }) => value)).toEqual(['from other', 'from one', 'from other']);
    expect(load.mock.calls).toHaveLength(1);
    expect(load.mock.calls[0]?.[0]).toEqual(['a', 'c']);
  });
});
