import { until } from '@bookedbarber/redis-tier/testing';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { CacheClosedError, createCache } from '../../../packages/redis-tier/src/cache/index.ts';
import { createLimiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { type OpenedCache, openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';

const policies = { days: { ttlMs: 60_000, leaseMs: 60_000 } };
const key = { namespace: 'shop', key: 'a', tags: ['day'] };
const opened: OpenedCache<'days'>[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.end();
});

async function open(prefix = ownPrefix()): Promise<OpenedCache<'days'>> {
  const one = await openCache(inject('redisUrl'), { prefix, policies, local: { maxBytes: 100_000 } });
  opened.push(one);
  return one;
}

/** A load that never ends by itself. */
function hangingLoad(cache: OpenedCache<'days'>['cache'], name = 'a') {
  let signal: AbortSignal | undefined;
  const result = cache.policy('days').get({
    ...key,
    key: name,
    load: (context) => {
      signal = context.signal;
      return new Promise<never>(() => {});
    },
  });
  // It rejects while nobody waits for it yet.
  result.catch(() => {});
  return { result, signal: () => signal };
}

describe('close()', () => {
  test('reports no outage', async () => {
    const { cache, events } = await open();
    const load = async () => 1;
    await until('the entry is in the local tier', async () => {
      return (await cache.policy('days').get({ ...key, load })).source === 'local';
    });
    const before = events.length;
    await cache.close();
    // Time for the connection of the notifications to end.
    await until(
      'nothing is used any more',
      () => !cache.available && !cache.statistics().local.trackingConnected,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(events.slice(before)).toEqual([]);
  });

  test('aborts loads that do not end in time, and releases their leases', async () => {
    const prefix = ownPrefix();
    const [one, other] = [await open(prefix), await open(prefix)];
    // More than a signal may have listeners without a warning.
    const loads = Array.from({ length: 20 }, (_, number) => hangingLoad(one.cache, `k${number}`));
    await until('all are running', () => loads.every(({ signal }) => signal() !== undefined));
    await one.cache.close(10);
    for (const { result, signal } of loads) {
      await expect(result).rejects.toThrow(CacheClosedError);
      expect(signal()?.reason).toBeInstanceOf(CacheClosedError);
    }
    await until('another process has the lease', async () => {
      const { value } = await other.cache.policy('days').get({ ...key, key: 'k0', load: async () => 2 });
      return value === 2;
    });
  });

  test('lets loads finish that end in time', async () => {
    const { cache } = await open();
    let finish: ((value: number) => void) | undefined;
    const result = cache.policy('days').get({
      ...key,
      load: () =>
        new Promise<number>((resolve) => {
          finish = resolve;
        }),
    });
    await until('it is running', () => finish !== undefined);
    const closed = cache.close(30_000);
    setTimeout(() => finish?.(7), 20);
    expect((await result).value).toBe(7);
    await closed;
  });

  test('leaves a cache that loads without Redis', async () => {
    const { cache } = await open();
    await cache.close();
    expect(await cache.policy('days').get({ ...key, load: async () => 3 })).toMatchObject({
      value: 3,
      source: 'miss',
    });
  });
});

test('the end of a block closes a cache and a limiter', async () => {
  const redis = new Redis(inject('redisUrl'));
  let states: string[] = [];
  let available: () => boolean;
  {
    await using cache = createCache({ redis, prefix: ownPrefix(), policies });
    using limiter = createLimiter({
      redis,
      prefix: ownPrefix(),
      limits: { default: { windows: { perMinute: 5 }, onOutage: 'local' } },
      onChange: (state) => states.push(state),
    });
    expect(await cache.ready(30_000)).toBe(true);
    await until('the limiter uses Redis', () => limiter.state === 'redis');
    available = () => cache.available || limiter.state === 'redis';
    states = [];
  }
  expect([available(), states]).toEqual([false, []]);
  redis.disconnect();
});

test('eleven caches on one client raise no warning', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const { redis } = await open();
  const caches = Array.from({ length: 11 }, () => createCache({ redis, prefix: ownPrefix(), policies }));
  for (const cache of caches) expect(await cache.ready(30_000)).toBe(true);
  for (const cache of caches) await cache.close(0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('warning', onWarning);
  expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([]);
});
