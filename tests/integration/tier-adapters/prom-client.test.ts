import { setImmediate } from 'node:timers/promises';
import * as client from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { createCache } from '../../../packages/redis-tier/src/cache/index.ts';
import { createLimiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { createMemoryDriver } from '../../../packages/redis-tier/src/memory/index.ts';
import {
  registerCacheMetrics,
  registerLimiterMetrics,
} from '../../../packages/redis-tier/src/prom-client/index.ts';

const open: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function openCache() {
  const cache = createCache({ redis: createMemoryDriver(), policies: { menus: { ttlMs: 60_000 } } });
  open.push(() => cache.close());
  expect(await cache.ready(5000)).toBe(true);
  const get = (key: string, load: () => Promise<string> = async () => 'soup') =>
    cache.policy('menus').get({ namespace: 'shop', key, load });
  return { cache, get };
}

/** A loader that takes a few milliseconds. */
function slowly(value: string): () => Promise<string> {
  return async () => {
    const startMs = performance.now();
    while (performance.now() - startMs < 5) await setImmediate();
    return value;
  };
}

/** The lines of the report, without comments. */
async function samplesOf(register: client.Registry): Promise<string[]> {
  return (await register.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('a collection reads the statistics of the cache, with policies and sources as the only labels', async () => {
  const { cache, get } = await openCache();
  const register = new client.Registry();
  registerCacheMetrics({ client, register, cache });
  await get('a', slowly('soup'));
  await get('a');
  await expect(get('b', () => Promise.reject(new Error('no menu')))).rejects.toThrow('no menu');

  const samples = await samplesOf(register);
  const { loadMs, bytesStored } = cache.statistics().total;
  expect(loadMs).toBeGreaterThan(0);
  expect(bytesStored).toBeGreaterThan(0);
  expect(samples).toEqual(
    expect.arrayContaining([
      'redis_tier_cache_lookups_total{policy="menus",source="local"} 1',
      'redis_tier_cache_lookups_total{policy="menus",source="remote"} 0',
      'redis_tier_cache_lookups_total{policy="menus",source="stale"} 0',
      `redis_tier_cache_lookups_total{policy="menus",source="miss"} ${cache.statistics().total.misses}`,
      'redis_tier_cache_loads_total{policy="menus"} 2',
      'redis_tier_cache_load_errors_total{policy="menus"} 1',
      `redis_tier_cache_load_duration_seconds_total{policy="menus"} ${loadMs / 1000}`,
      `redis_tier_cache_stored_bytes_total{policy="menus"} ${bytesStored}`,
      'redis_tier_cache_local_entries 1',
      `redis_tier_cache_local_size_bytes ${cache.statistics().local.bytes}`,
      'redis_tier_cache_local_tracking_connected 1',
      'redis_tier_cache_remote_available 1',
      'redis_tier_cache_remote_pending_invalidations 0',
    ]),
  );
  const labels = samples.flatMap((line) => [...line.matchAll(/(\w+)="/g)].map(([, label]) => label));
  expect(new Set(labels)).toEqual(new Set(['policy', 'source']));
});

test('a second collection has the newer values, not their sum', async () => {
  const { cache, get } = await openCache();
  const register = new client.Registry();
  registerCacheMetrics({ client, register, cache });
  await get('a');
  expect(await samplesOf(register)).toContain('redis_tier_cache_loads_total{policy="menus"} 1');
  await get('b');
  expect(await samplesOf(register)).toContain('redis_tier_cache_loads_total{policy="menus"} 2');
  expect(await samplesOf(register)).toContain('redis_tier_cache_loads_total{policy="menus"} 2');
});

test('counts the decisions of a limiter by limit and exceeded window', async () => {
  const limiter = createLimiter({
    redis: createMemoryDriver(),
    limits: { pages: { windows: { perMinute: 5 }, onOutage: 'local' } },
  });
  open.push(() => limiter.close());
  const register = new client.Registry();
  registerLimiterMetrics({ client, register, limiter });
  expect(await limiter.check({ limit: 'pages', key: 'a', cost: 5 })).toMatchObject({ allowed: true });
  expect(await limiter.check({ limit: 'pages', key: 'a' })).toMatchObject({ allowed: false });

  const { calls, checks, fleetSize } = limiter.statistics();
  const limits = limiter.statistics().limits['pages'];
  expect(await samplesOf(register)).toEqual([
    'redis_tier_limiter_allowed_total{limit="pages"} 1',
    'redis_tier_limiter_allowed_units_total{limit="pages"} 5',
    'redis_tier_limiter_near_limit_total{limit="pages"} 1',
    'redis_tier_limiter_denied_total{limit="pages"} 1',
    'redis_tier_limiter_deny_cache_hits_total{limit="pages"} 0',
    'redis_tier_limiter_unavailable_total{limit="pages"} 0',
    `redis_tier_limiter_local_total{limit="pages"} ${limits?.local}`,
    'redis_tier_limiter_exceeded_windows_total{limit="pages",window="minute"} 1',
    `redis_tier_limiter_calls_total ${calls}`,
    `redis_tier_limiter_checks_total ${checks}`,
    'redis_tier_limiter_errors_total 0',
    'redis_tier_limiter_lost_consumption_total 0',
    'redis_tier_limiter_pending_consumption 0',
    `redis_tier_limiter_fleet_size ${fleetSize}`,
  ]);
});

test('two caches share a registry under different prefixes, and leave it separately', async () => {
  const [{ cache: one }, { cache: other }] = [await openCache(), await openCache()];
  const register = new client.Registry();
  registerCacheMetrics({ client, register, cache: one });
  expect(() => registerCacheMetrics({ client, register, cache: other })).toThrow('already been registered');
  const remove = registerCacheMetrics({ client, register, cache: other, prefix: 'other_' });
  expect(await samplesOf(register)).toContain('other_cache_remote_available 1');
  remove();
  const rest = await samplesOf(register);
  expect(rest.length).toBeGreaterThan(0);
  expect(rest.filter((line) => !line.startsWith('redis_tier_cache_'))).toEqual([]);
});

test('uses the default registry, and has valid OpenMetrics names', async () => {
  const { cache } = await openCache();
  const remove = registerCacheMetrics({ client, cache });
  open.push(remove);
  expect(await samplesOf(client.register)).toContain('redis_tier_cache_remote_available 1');
  remove();
  expect(client.register.getMetricsAsArray()).toEqual([]);

  const register = new client.Registry<client.OpenMetricsContentType>();
  register.setContentType(client.openMetricsContentType as client.OpenMetricsContentType);
  registerCacheMetrics({ client, register, cache });
  const report = await register.metrics();
  expect(report).toContain('\nredis_tier_cache_loads_total{policy="menus"} 0\n');
  expect(report).not.toContain('_total_total');
});
