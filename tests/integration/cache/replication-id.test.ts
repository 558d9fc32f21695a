import { startFaultProxy, startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import { afterEach, expect, inject, test, vi } from 'vitest';
import type { PolicyOptions } from '../../../packages/redis-tier/src/cache/index.ts';
import { type OpenedCache, openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';

const days: PolicyOptions = { ttlMs: 600_000, jitter: 0, refreshAhead: false };
const key = { namespace: 'shop-1', key: 'a', tags: ['day'] };

const opened: { end(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.end();
});

async function open(url: string, prefix: string): Promise<OpenedCache<'days'>> {
  const one = await openCache(url, { prefix, policies: { days }, local: { maxBytes: 100_000 } });
  opened.push(one);
  return one;
}

test('a node that becomes a replica is not read any more, and a new lineage starts with nothing fresh', async () => {
  const redis = await startRedisServer(inject('redisBinary'));
  opened.push({ end: () => redis.close() });
  const { cache, events } = await open(redis.url, ownPrefix());
  let truth = 1;
  const load = async (): Promise<number> => truth;
  await until(
    'it is a local hit',
    async () => (await cache.policy('days').get({ ...key, load })).source === 'local',
  );
  await redis.admin.replicaof('127.0.0.1', 1);
  await until('the node is given up', () => !cache.available);
  expect(events).toContainEqual({ type: 'down', reason: 'the node is no primary but slave' });
  expect(cache.statistics().local.trackingConnected).toBe(false);
  truth = 2;
  expect(await cache.policy('days').get({ ...key, load })).toMatchObject({ source: 'miss', value: 2 });
  await redis.admin.replicaof('NO', 'ONE');
  await until('it is used again', () => cache.available);
  expect(events.map(({ type }) => type)).toContain('replication-id-changed');
  // The tag and the entry are still there, unchanged.
  truth = 3;
  expect((await cache.policy('days').get({ ...key, load })).value).toBe(3);
  await until('it hears again', () => cache.statistics().local.trackingConnected);
});

test('a process that was held up believes what the primary said of itself for three seconds', async () => {
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
  await until('it is in Redis', async () => {
    return (await one.cache.policy('days').get({ ...key, load })).source === 'remote';
  });
  // Nothing is said any more, and the deadline is far: its word is all that is known of the primary.
  proxy.freeze('toClient');
  // It has spoken within the last second, or a little earlier.
  aheadMs = 1000;
  expect(one.cache.available).toBe(true);
  aheadMs = 3001;
  expect(one.cache.available).toBe(false);
  const read = vi.spyOn(one.redis, 'mgetBuffer');
  expect((await one.cache.policy('days').get({ ...key, load })).source).toBe('miss');
  expect(read).not.toHaveBeenCalled();
});

test('what was invalidated of late is invalidated again where the lineage is another one', async () => {
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
  // It has loaded before the change, and hears nothing of the invalidation that the old primary took.
  const old = async (): Promise<string> => 'old';
  await until(
    'it is there',
    async () => (await other.cache.policy('days').get({ ...key, load: old })).source !== 'miss',
  );
  proxy.accept();
  await until('the isolated process is back', () => isolated.cache.available);
  await until('it is invalidated', async () => {
    return (await other.cache.policy('days').get({ ...key, load: async () => 'new' })).value === 'new';
  });
  expect(isolated.events).toContainEqual({ type: 'invalidations-applied', namespaces: 1 });
});

test('freshness is counted by the clock of Redis: processes whose clocks differ agree', async () => {
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
  await until('it is stored', () => behind.cache.statistics().total.bytesStored > 0);
  const answer = await ahead.cache.policy('days').get({ ...key, load: async () => 2 });
  expect(answer).toMatchObject({ source: 'remote', value: 1 });
  expect(Math.abs(answer.loadedAtMs - Date.now() - hourMs)).toBeLessThan(60_000);
});
