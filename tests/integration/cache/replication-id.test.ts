import { startFaultProxy, startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import { afterEach, expect, inject, test, vi } from 'vitest';
import type { PolicyOptions } from '../../../packages/redis-tier/src/cache/index.ts';
import { type OpenedCache, openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';

const days: PolicyOptions = { ttlMs: 600_000, jitter: 0, refreshAhead: false };
const key = { namespace: 'shop-1', key: 'a', tags: ['day'] };

const opened: { end(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource.end();
});

async function open(url: string, prefix: string): Promise<OpenedCache<'days'>> {
  const one = await openCache(url, { prefix, policies: { days }, local: { maxBytes: 100_000 } });
  opened.push(one);
  return one;
}

test('does not read a node that becomes a replica, and serves nothing as fresh under a new replication id', async () => {
  const redis = await startRedisServer(inject('redisBinary'));
  opened.push({ end: () => redis.close() });
  const { cache, events } = await open(redis.url, ownPrefix());
  let truth = 1;
  const load = async (): Promise<number> => truth;
  await until(
    'the lookup is a local hit',
    async () => (await cache.policy('days').get({ ...key, load })).source === 'local',
  );
  await redis.admin.replicaof('127.0.0.1', 1);
  await until('the node is not used any more', () => !cache.available);
  expect(events).toContainEqual({ type: 'down', reason: 'the node is not a primary; its role is slave' });
  expect(cache.statistics().local.trackingConnected).toBe(false);
  truth = 2;
  expect(await cache.policy('days').get({ ...key, load })).toMatchObject({ source: 'miss', value: 2 });
  await redis.admin.replicaof('NO', 'ONE');
  await until('the node is used again', () => cache.available);
  expect(events.map(({ type }) => type)).toContain('replication-id-changed');
  // The tag and the entry still exist, unchanged.
  truth = 3;
  expect((await cache.policy('days').get({ ...key, load })).value).toBe(3);
  await until('tracking is connected again', () => cache.statistics().local.trackingConnected);
});

test('trusts the last known role of the primary for three seconds', async () => {
  const redis = await startRedisServer(inject('redisBinary'));
  opened.push({ end: () => redis.close() });
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
  opened.push({ end: () => proxy.close() });
  let aheadMs = 0;
  const one = await openCache(`redis://127.0.0.1:${proxy.port}`, {
    prefix: ownPrefix(),
    policies: { days },
    clock: { nowMs: () => Date.now() + aheadMs },
  });
  opened.push(one);
  const load = async (): Promise<number> => 1;
  await until('the entry is in Redis', async () => {
    return (await one.cache.policy('days').get({ ...key, load })).source === 'remote';
  });
  // No reply arrives any more, and the deadline is far away: only the last known role remains.
  proxy.freeze('toClient');
  // The last role check was about a second ago at most.
  aheadMs = 1000;
  expect(one.cache.available).toBe(true);
  aheadMs = 3001;
  expect(one.cache.available).toBe(false);
  const read = vi.spyOn(one.redis, 'mgetBuffer');
  expect((await one.cache.policy('days').get({ ...key, load })).source).toBe('miss');
  expect(read).not.toHaveBeenCalled();
});

test('repeats recent invalidations under a new replication id', async () => {
  const redis = await startRedisServer(inject('redisBinary'));
  opened.push({ end: () => redis.close() });
  const prefix = ownPrefix();
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
  opened.push({ end: () => proxy.close() });
  const isolated = await open(`redis://127.0.0.1:${proxy.port}`, prefix);
  const other = await open(redis.url, prefix);
  const invalidated = await isolated.cache.invalidate('shop-1', ['day']);
  expect(invalidated).toEqual({ applied: true });
  proxy.refuse();
  await redis.kill();
  await redis.start();
  await until('the other process uses the new primary', () => other.cache.available);
  // The other process loaded before the change, and the invalidation reached only the old primary.
  const old = async (): Promise<string> => 'old';
  await until(
    'the old value is stored',
    async () => (await other.cache.policy('days').get({ ...key, load: old })).source !== 'miss',
  );
  proxy.accept();
  await until('the isolated process uses Redis again', () => isolated.cache.available);
  await until('the old value is invalidated', async () => {
    return (await other.cache.policy('days').get({ ...key, load: async () => 'new' })).value === 'new';
  });
  expect(isolated.events).toContainEqual({ type: 'invalidations-applied', namespaces: 1 });
});

test('counts freshness by the clock of Redis, so that processes with different clocks agree', async () => {
  const prefix = ownPrefix();
  const hourMs = 3_600_000;
  const ahead = await openCache(inject('redisUrl'), {
    prefix,
    policies: { days },
    clock: { nowMs: () => Date.now() + hourMs },
  });
  const behind = await openCache(inject('redisUrl'), {
    prefix,
    policies: { days },
    clock: { nowMs: () => Date.now() - hourMs },
  });
  opened.push(ahead, behind);
  await behind.cache.policy('days').get({ ...key, load: async () => 1 });
  await until('the value is stored', () => behind.cache.statistics().total.bytesStored > 0);
  const result = await ahead.cache.policy('days').get({ ...key, load: async () => 2 });
  expect(result).toMatchObject({ source: 'remote', value: 1 });
  expect(Math.abs(result.loadedAtMs - Date.now() - hourMs)).toBeLessThan(60_000);
});
