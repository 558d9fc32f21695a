import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type Cache,
  type CacheEvent,
  type CacheOptions,
  createCache,
} from '../../../packages/redis-tier/src/cache/index.ts';
import {
  createLimiter,
  type Limiter,
  type LimiterOptions,
} from '../../../packages/redis-tier/src/limits/index.ts';
import { createMemoryDriver, type MemoryDriver } from '../../../packages/redis-tier/src/memory/index.ts';
import { signal } from '../../support/redis-tier/signal.ts';

const policies = {
  days: { ttlMs: 60_000, jitter: 0, refreshAhead: false },
  slow: { ttlMs: 60_000, leaseMs: 60_000, leaseWaitMs: 60_000, loadTimeoutMs: 600_000 },
  lenient: { ttlMs: 1000, jitter: 0, refreshAhead: false, staleIfErrorMs: 10_000, errorTtlMs: 5000 },
};
const limits = { logins: { windows: { perMinute: 5, perHour: 8 }, onOutage: 'local' } } as const;
const address = { namespace: 'shop', key: 'a', tags: ['day'] };

/** The time of the driver and of all that use it. */
let nowMs: number;
const clock = { nowMs: () => nowMs };
let driver: MemoryDriver;
let ends: (() => unknown)[];
beforeEach(() => {
  nowMs = 1_800_000_000_000;
  driver = createMemoryDriver({ clock });
  ends = [];
});
afterEach(async () => {
  for (const end of ends) await end();
});

function openCache(options: Partial<CacheOptions<keyof typeof policies>> = {}): Cache<keyof typeof policies> {
  const cache = createCache({ redis: driver, clock, policies, ...options });
  ends.push(() => cache.close(0));
  return cache;
}

function openLimiter(options: Partial<LimiterOptions<'logins'>> = {}): Limiter<'logins'> {
  const limiter = createLimiter({ redis: driver, clock, limits, ...options });
  ends.push(() => limiter.close());
  return limiter;
}

const read = (cache: Cache<keyof typeof policies>, value: unknown, skip?: 'local') =>
  cache.policy('days').get({ ...address, skip, load: async () => value });

describe('a cache', () => {
  test('is usable as soon as it is created, and is not after it was closed, unlike others of the driver', async () => {
    const [one, other] = [openCache(), openCache()];
    expect([one.available, await one.ready(0)]).toEqual([true, true]);
    expect(one.statistics()).toMatchObject({
      local: { trackingConnected: true },
      remote: { available: true },
    });
    await read(one, 1);
    await one.close();
    expect([one.available, other.available]).toEqual([false, true]);
    expect(await read(one, 2, 'local')).toMatchObject({ value: 2, source: 'miss' });
    expect(await read(other, 3)).toMatchObject({ value: 1, source: 'remote' });
    await expect(one.keys({})).rejects.toThrow('the cache was closed');
  });

  test('ages its entries by the clock of the driver, in both tiers', async () => {
    const cache = openCache({ clock: { nowMs: () => 0 } });
    await read(cache, 1);
    nowMs += 59_999;
    expect((await read(cache, 2)).source).toBe('local');
    expect((await read(cache, 2, 'local')).source).toBe('remote');
    nowMs += 1;
    expect(await read(cache, 2)).toMatchObject({
      value: 2,
      source: 'miss',
      loadedAtMs: 0,
      expiresAtMs: 60_000,
    });
  });

  test('ages its entries by its own clock if the driver has none', async () => {
    driver = createMemoryDriver();
    const cache = openCache();
    await read(cache, 1);
    nowMs += 60_000;
    expect(await read(cache, 2)).toMatchObject({ value: 2, source: 'miss' });
  });

  test('shares nothing with a cache of another prefix or another driver', async () => {
    await read(openCache(), 1);
    expect((await read(openCache({ prefix: 'other' }), 2)).value).toBe(2);
    expect((await read(openCache({ redis: createMemoryDriver() }), 3)).value).toBe(3);
  });

  test('takes over the load of a process that died when its lease has expired', async () => {
    const started = signal();
    const hanging = openCache()
      .policy('slow')
      .get({
        ...address,
        load: () => {
          started.give();
          return new Promise<never>(() => {});
        },
      });
    hanging.catch(() => {});
    await started.given;
    nowMs += 59_999;
    const [other, load] = [openCache(), vi.fn(async () => 2)];
    const waiting = other.policy('slow').get({ ...address, load });
    await until('it waits', () => other.statistics().total.leaseWaits > 0);
    expect(load).not.toHaveBeenCalled();
    nowMs += 1;
    expect(await waiting).toMatchObject({ value: 2, source: 'miss' });
  });

  test('that waits for the load of another is woken by its end', async () => {
    // Without timers it cannot ask again by itself.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const [started, loaded] = [signal(), signal<number>()];
    const [one, other] = [openCache(), openCache()];
    const loading = one.policy('slow').get({
      ...address,
      load: () => {
        started.give();
        return loaded.given;
      },
    });
    await started.given;
    const waiting = other.policy('slow').get({ ...address, load: async () => 2 });
    while (other.statistics().total.leaseWaits === 0) await new Promise(setImmediate);
    loaded.give(1);
    expect(await waiting).toMatchObject({ value: 1, source: 'remote' });
    await loading;
  });

  test('serves a stale value when a load fails, in every process, for as long as the policy allows', async () => {
    const [one, other] = [openCache(), openCache()];
    const load = vi.fn(async () => 1);
    const get = (cache: typeof one) => cache.policy('lenient').get({ ...address, load });
    await get(one);
    nowMs += 1000;
    load.mockRejectedValue(new Error('database'));
    expect((await get(one)).source).toBe('stale');
    expect((await get(other)).source).toBe('stale');
    nowMs += 10_000;
    await expect(get(other)).rejects.toThrow('database');
  });

  test('drops the least recently used entries when the driver is full, and does not store what is too large', async () => {
    driver = createMemoryDriver({ clock, maxBytes: 100_000 });
    const events: CacheEvent[] = [];
    const cache = openCache({ local: false, onEvent: (event) => events.push(event) });
    const get = async (key: string, value: string) =>
      (await cache.policy('days').get({ namespace: 'shop', key, load: async () => value })).source;
    expect(cache.statistics().local.trackingConnected).toBe(false);
    for (let number = 0; number < 20; number++) await get(`${number}`, 'x'.repeat(10_000));
    expect(await get('19', 'x')).toBe('remote');
    expect(await get('0', 'x')).toBe('miss');
    expect((await cache.keys({})).keys.length).toBeLessThan(11);
    await get('large', 'x'.repeat(100_000));
    expect(events).toMatchObject([{ type: 'store-rejected', reason: 'the server refuses writes' }]);
  });

  test('lists its keys page by page, each key once, for a namespace and a policy', async () => {
    const cache = openCache();
    const put = async (policy: keyof typeof policies, namespace: string, key: string) =>
      void (await cache.policy(policy).get({ namespace, key, load: async () => 1 }));
    for (let number = 0; number < 120; number++) await put('days', 'shop*', `${number}`);
    await put('days', 'shop-2', 'a');
    await put('lenient', 'shop*', 'a');
    const names: string[] = [];
    const pages: number[] = [];
    for (let cursor: string | null = '0'; cursor !== null; ) {
      const page: Awaited<ReturnType<typeof cache.keys>> = await cache.keys({
        namespace: 'shop*',
        policy: 'days',
        cursor,
        limit: 50,
      });
      names.push(...page.keys);
      pages.push(page.keys.length);
      cursor = page.cursor;
    }
    expect(names.sort()).toEqual(Array.from({ length: 120 }, (_, n) => `bb:c:{shop*}:days:1:${n}`).sort());
    expect(pages).toEqual([50, 50, 20]);
  });
});

describe('a limiter', () => {
  const check = (limiter: Limiter<'logins'>) => limiter.check({ limit: 'logins', key: 'a' });

  test('counts by the clock of the driver', async () => {
    const limiter = openLimiter({ clock: { nowMs: () => 0 } });
    for (let number = 0; number < 5; number++) expect((await check(limiter)).allowed).toBe(true);
    expect(await check(limiter)).toMatchObject({ allowed: false, source: 'redis', retryAfterMs: 60_001 });
    nowMs += 60_001;
    await limiter.override({ limit: 'logins', key: 'a', limits: {} });
    expect(await check(limiter)).toMatchObject({ allowed: true, source: 'redis' });
  });

  test('shares resets and overrides with the others of the driver, and counts them', async () => {
    const [one, other] = [openLimiter(), openLimiter()];
    await check(openLimiter({ prefix: 'other' }));
    for (let number = 0; number < 5; number++) await check(one);
    await one.override({ limit: 'logins', key: 'a', limits: { minute: 6 } });
    expect((await other.peek({ limit: 'logins', key: 'a' })).perWindow).toMatchObject([
      { limit: 6, remaining: 1 },
      {},
    ]);
    await other.reset({ key: 'a' });
    expect((await one.peek({ limit: 'logins', key: 'a' })).perWindow).toMatchObject([
      { limit: 6, remaining: 6 },
      {},
    ]);
    for (const bad of [{ second: 1 }, { minute: 0 }])
      await expect(one.override({ limit: 'logins', key: 'a', limits: bad })).rejects.toThrow(RangeError);
    expect(one.statistics()).toMatchObject({ calls: 6, checks: 6, fleetSize: 2 });
  });

  test('decides alone after it was closed', async () => {
    const [one, other] = [openLimiter(), openLimiter()];
    one.close();
    expect([one.state, other.state, other.statistics().fleetSize]).toEqual(['outage', 'redis', 1]);
    expect(await check(one)).toMatchObject({ allowed: true, source: 'local' });
    expect((await other.peek({ limit: 'logins', key: 'a' })).perWindow).toMatchObject([{ remaining: 5 }, {}]);
  });
});
