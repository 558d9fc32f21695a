import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RedisServerProcess, startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import type { PolicyOptions } from '../../../packages/redis-tier/src/cache/index.ts';
import { type OpenedCache, openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';
import { signal } from '../../support/redis-tier/signal.ts';

const days: PolicyOptions = {
  ttlMs: 600_000,
  staleWhileRevalidateMs: 60_000,
  jitter: 0,
  refreshAhead: false,
  leaseMs: 60_000,
};
const key = { namespace: 'shop-1', key: 'a', tags: ['day'] };

const opened: { end(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource.end();
});

async function server(settings: readonly string[] = []): Promise<RedisServerProcess> {
  const redis = await startRedisServer(inject('redisBinary'), settings);
  opened.push({ end: () => redis.close() });
  return redis;
}

/** Short enough for a test to wait, and long enough for a working server on a busy machine, in ms. */
const deadlineMs = 1000;

async function open({ url }: RedisServerProcess, prefix = ownPrefix()): Promise<OpenedCache<'days'>> {
  const one = await openCache(url, { prefix, policies: { days }, deadlineMs });
  opened.push(one);
  return one;
}

async function cached({ cache }: OpenedCache<'days'>, load: () => Promise<unknown>): Promise<void> {
  await until(
    'the entry is in Redis',
    async () => (await cache.policy('days').get({ ...key, load })).source === 'remote',
  );
}

describe('a frozen Redis', () => {
  test('costs callers the deadline once, and no caller gets an error', async () => {
    const redis = await server();
    const { cache, redis: client } = await open(redis);
    await cache.policy('days').get({ ...key, load: async () => 'warm' });
    const getCold = async (n: number): Promise<void> => {
      const request = { namespace: 'shop-1', key: `cold-${n}`, load: async () => n };
      expect(await cache.policy('days').get(request)).toMatchObject({ source: 'miss', value: n });
    };
    // Redis stays frozen until the end: a caller that waited for it would never finish.
    redis.freeze();
    const beganMs = performance.now();
    await getCold(0);
    expect(performance.now() - beganMs).toBeLessThan(10 * deadlineMs);
    expect(cache.available).toBe(false);
    const sent = [vi.spyOn(client, 'mgetBuffer'), vi.spyOn(client, 'callBuffer')];
    for (let n = 1; n <= 200; n++) await getCold(n);
    for (const command of sent) expect(command).not.toHaveBeenCalled();
    expect(cache.available).toBe(false);
    redis.thaw();
    await until('Redis is used again', () => cache.available);
  });

  test('loads once for all concurrent callers of a process, and once for callers that arrive during the load', async () => {
    const redis = await server();
    const { cache } = await open(redis);
    redis.freeze();
    const goOn = signal();
    let truth = 1;
    const load = vi.fn(async () => {
      const read = truth;
      await goOn.given;
      return read;
    });
    const get = (): Promise<{ value: number }> => cache.policy('days').get({ ...key, load });
    const early = Array.from({ length: 100 }, get);
    await until('the load has begun', () => load.mock.calls.length > 0);
    truth = 2;
    const late = Array.from({ length: 100 }, get);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    goOn.give();
    expect(new Set((await Promise.all(early)).map(({ value }) => value))).toEqual(new Set([1]));
    expect(new Set((await Promise.all(late)).map(({ value }) => value))).toEqual(new Set([2]));
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('leaves no lease held that it granted too late', async () => {
    const redis = await server();
    const prefix = ownPrefix();
    const { cache } = await open(redis, prefix);
    const other = await open(redis, prefix);
    // The reply to the MGET arrives, the server freezes, and the acquire is sent.
    const acquire = vi.spyOn(other.redis, 'callBuffer').mockImplementationOnce((...args) => {
      redis.freeze();
      return other.redis.callBuffer(...args);
    });
    const result = await other.cache.policy('days').get({ ...key, load: async () => 'without Redis' });
    expect(result.value).toBe('without Redis');
    expect(acquire).toHaveBeenCalled();
    redis.thaw();
    await until('Redis is used again', () => cache.available && other.cache.available);
    // Long before the lease expires.
    await until(
      'the lease is free',
      async () => (await redis.admin.exists(`${prefix}:l:{shop-1}:days:1:a`)) === 0,
      Boolean,
      { timeoutMs: 20_000 },
    );
  });
});

describe('a crash of Redis', () => {
  test('causes no error for callers, and Redis is used again after the restart', async () => {
    const redis = await server();
    const { cache, events } = await open(redis);
    await redis.kill();
    expect(await cache.policy('days').get({ ...key, load: async () => 1 })).toMatchObject({
      source: 'miss',
      value: 1,
    });
    expect(cache.available).toBe(false);
    await redis.start();
    await until('Redis is used again', () => cache.available);
    await until('the entry is in Redis', async () => {
      return (await cache.policy('days').get({ ...key, load: async () => 2 })).source === 'remote';
    });
    const types = events.map(({ type }) => type);
    expect(types.slice(types.indexOf('up'))).toEqual(['up', 'down', 'replication-id-changed', 'up']);
  });

  test('before the first use causes no error either', async () => {
    const redis = await server();
    await redis.kill();
    const { cache, end } = await openCacheWithoutWaiting(redis.url);
    opened.push({ end });
    expect((await cache.policy('days').get({ ...key, load: async () => 1 })).value).toBe(1);
    await redis.start();
    expect(await cache.ready(30_000)).toBe(true);
  });

  test('followed by a restart from an older snapshot brings back no old value as fresh', async () => {
    const redis = await server();
    const one = await open(redis);
    let truth = 1;
    const load = async (): Promise<number> => truth;
    await cached(one, load);
    await redis.admin.save();
    const dump = join(redis.folder, 'dump.rdb');
    copyFileSync(dump, join(redis.folder, 'older.rdb'));
    truth = 2;
    await one.cache.invalidate('shop-1', ['day']);
    await one.end();
    await redis.kill();
    copyFileSync(join(redis.folder, 'older.rdb'), dump);
    await redis.start();
    const entries = await redis.admin.keys('*:c:*');
    const tags = await redis.admin.keys('*:t:*');
    expect([entries.length, tags.length]).toEqual([1, 2]);
    const fresh = await open(redis, entries[0]?.split(':')[0]);
    expect(await fresh.cache.policy('days').get({ ...key, load })).toMatchObject({
      source: 'miss',
      value: 2,
    });
    // The old tags are replaced, so that the entry can be stored again.
    await cached(fresh, load);
  });
});

describe('a server that loses data', () => {
  test('by FLUSHALL during a load does not store the loaded value', async () => {
    const redis = await server();
    const { cache } = await open(redis);
    const begun = signal();
    const goOn = signal();
    const load = cache.policy('days').get({
      ...key,
      load: async () => {
        begun.give();
        await goOn.given;
        return 1;
      },
    });
    await begun.given;
    await redis.admin.flushall();
    goOn.give();
    expect((await load).value).toBe(1);
    expect((await cache.policy('days').get({ ...key, load: async () => 2 })).value).toBe(2);
  });

  test('by eviction of a tag or of the entry causes a miss', async () => {
    const redis = await server();
    const prefix = ownPrefix();
    const one = await open(redis, prefix);
    let truth = 0;
    const load = async (): Promise<number> => ++truth;
    for (const name of ['t:{shop-1}:day', 't:{shop-1}:', 'c:{shop-1}:days:1:a']) {
      await cached(one, load);
      const before = truth;
      expect(await redis.admin.del(`${prefix}:${name}`)).toBe(1);
      expect((await one.cache.policy('days').get({ ...key, load })).value).toBe(before + 1);
    }
  });
});

describe('a full server', () => {
  test('accepts invalidations, and callers load without storing', async () => {
    const redis = await server(['--maxmemory-policy', 'noeviction']);
    const prefix = ownPrefix();
    const one = await open(redis, prefix);
    const other = await open(redis, prefix);
    let truth = 1;
    const load = async (): Promise<number> => truth;
    await cached(one, load);
    await redis.admin.config('SET', 'maxmemory', '1mb');
    await expect(redis.admin.set('filler', 'x')).rejects.toThrow(/OOM/);
    expect((await other.cache.policy('days').get({ ...key, load })).source).toBe('remote');
    truth = 2;
    expect(await one.cache.invalidate('shop-1', ['day'])).toEqual({ applied: true });
    expect(await other.cache.policy('days').get({ ...key, load })).toMatchObject({
      source: 'miss',
      value: 2,
    });
    expect(other.cache.statistics().total.storeRejections).toBe(1);
    expect(other.cache.available).toBe(true);
  });
});

describe('a server that refuses writes', () => {
  test('is not read any more, because its entries could not be invalidated', async () => {
    const redis = await server();
    const prefix = ownPrefix();
    const one = await open(redis, prefix);
    const other = await open(redis, prefix);
    let truth = 1;
    const load = async (): Promise<number> => truth;
    await cached(one, load);
    await redis.admin.config('SET', 'min-replicas-to-write', '1');
    truth = 2;
    expect(await one.cache.invalidate('shop-1', ['day'])).toEqual({ applied: false });
    expect((await one.cache.policy('days').get({ ...key, load })).value).toBe(2);
    await until('both have noticed', () => !one.cache.available && !other.cache.available);
    expect((await other.cache.policy('days').get({ ...key, load })).value).toBe(2);
    expect(other.events.find(({ type }) => type === 'down')).toMatchObject({
      reason: expect.stringMatching(/refuses writes: NOREPLICAS/),
    });
    await redis.admin.config('SET', 'min-replicas-to-write', '0');
    await until('one cache uses it again', () => one.cache.available);
    await until('the other cache uses it again', () => other.cache.available);
    expect(one.cache.statistics().remote.pendingInvalidations).toBe(0);
    await until('the new value is read', async () => {
      return (await other.cache.policy('days').get({ ...key, load })).value === 2;
    });
  });
});

describe('an invalidation that Redis cannot take', () => {
  test('is pending, protects its own process, and is applied before any read', async () => {
    const redis = await server();
    const prefix = ownPrefix();
    const one = await open(redis, prefix);
    const other = await open(redis, prefix);
    let truth = 1;
    const load = async (): Promise<number> => truth;
    await cached(one, load);
    redis.freeze();
    truth = 2;
    expect(await one.cache.invalidate('shop-1', ['day'])).toEqual({ applied: false });
    expect(one.cache.statistics().remote.pendingInvalidations).toBe(1);
    expect((await one.cache.policy('days').get({ ...key, load })).value).toBe(2);
    redis.thaw();
    await until('Redis is used again', () => one.cache.available && other.cache.available);
    expect(one.cache.statistics().remote.pendingInvalidations).toBe(0);
    expect((await one.cache.policy('days').get({ ...key, load })).value).toBe(2);
    expect((await other.cache.policy('days').get({ ...key, load })).value).toBe(2);
    const types = one.events.map(({ type }) => type);
    expect(types.slice(types.indexOf('invalidation-pending'))).toEqual([
      'invalidation-pending',
      'invalidations-applied',
      'up',
    ]);
  });
});

async function openCacheWithoutWaiting(url: string): Promise<OpenedCache<'days'>> {
  const { connect, parseRedisUrl } = await import('../../../packages/redis-tier/src/connection/index.ts');
  const { createCache } = await import('../../../packages/redis-tier/src/cache/index.ts');
  const redis = connect({ server: parseRedisUrl(url), name: 'test', commandTimeoutMs: 5000 }, () => {});
  const cache = createCache({ redis, policies: { days }, prefix: ownPrefix(), deadlineMs });
  return {
    cache,
    redis,
    events: [],
    end: async () => {
      await cache.close(0);
      redis.disconnect();
    },
  };
}
