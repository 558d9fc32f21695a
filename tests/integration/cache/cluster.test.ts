import { EventEmitter } from 'node:events';
import {
  type RedisClusterProcesses,
  type RedisServerProcess,
  startRedisCluster,
  startRedisServer,
  until,
} from '@bookedbarber/redis-tier/testing';
import { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { type Cache, type CacheEvent, createCache } from '../../../packages/redis-tier/src/cache/index.ts';
import { ownPrefix, patientMs } from '../../support/redis-tier/cache-bench.ts';

const days = { ttlMs: 600_000, jitter: 0, refreshAhead: false, leaseMs: 10_000 };
// Their slots: 4977 is on the first node, 12182 on the second.
const lower = 'shop-1';
const upper = 'foo';

let own: RedisClusterProcesses;
beforeAll(async () => {
  own = await startRedisCluster(inject('redisBinary'), 2);
});
afterAll(() => own.close());

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of opened.splice(0).reverse()) await end();
});

type Opened = { cache: Cache<'days'>; events: CacheEvent[] };

async function open(prefix: string, deadlineMs = patientMs): Promise<Opened> {
  const cluster = new Cluster([{ host: '127.0.0.1', port: own.nodes[0]?.port ?? 0 }], {
    redisOptions: { maxRetriesPerRequest: 0 },
  });
  cluster.on('error', () => {});
  const events: CacheEvent[] = [];
  const cache = createCache({
    redis: cluster,
    prefix,
    policies: { days },
    deadlineMs,
    onEvent: (event) => events.push(event),
  });
  opened.push(async () => {
    await cache.close(0);
    cluster.disconnect();
  });
  expect(await cache.ready(30_000)).toBe(true);
  await until('tracking is connected', () => cache.statistics().local.trackingConnected);
  return { cache, events };
}

async function isCached({ cache }: Opened, namespace: string, load: () => Promise<number>): Promise<void> {
  await until('the entry is in Redis', async () => {
    const result = await cache
      .policy('days')
      .get({ namespace, key: 'a', tags: ['day'], skip: 'local', load });
    return result.source === 'remote';
  });
}

test('stores namespaces on different primaries, and every process sees invalidations on each', async () => {
  const prefix = ownPrefix();
  const [one, other] = [await open(prefix), await open(prefix)];
  const truth: Record<string, number> = { [lower]: 1, [upper]: 1 };
  const loads = (namespace: string) => async (): Promise<number> => truth[namespace] ?? 0;
  for (const namespace of [lower, upper]) await isCached(one, namespace, loads(namespace));
  for (const [index, { admin }] of own.nodes.entries()) {
    const names = (await admin.keys(`${prefix}:c:*`)).map((name) => name.split(/[{}]/)[1]);
    expect(names).toEqual([index === 0 ? lower : upper]);
  }
  for (const namespace of [lower, upper]) {
    const read = async (from: Opened): Promise<number> =>
      (await from.cache.policy('days').get({ namespace, key: 'a', tags: ['day'], load: loads(namespace) }))
        .value;
    expect(await read(one)).toBe(1);
    truth[namespace] = 2;
    expect(await other.cache.invalidate(namespace, ['day'])).toEqual({ applied: true });
    expect(await read(other)).toBe(2);
    await until('the local tier of the other process has received it', async () => (await read(one)) === 2);
  }
  const page = await one.cache.keys({});
  expect(page.keys.length).toBeGreaterThan(0);
});

test('a frozen primary does not slow down namespaces on the others', async () => {
  const one = await open(ownPrefix(), 1000);
  const load = async (): Promise<number> => 1;
  for (const namespace of [lower, upper]) await isCached(one, namespace, load);
  own.nodes[0]?.freeze();
  try {
    await until('the frozen primary is detected', async () => {
      await one.cache.policy('days').get({ namespace: lower, key: 'b', load });
      return !one.cache.available;
    });
    const result = await one.cache
      .policy('days')
      .get({ namespace: upper, key: 'a', tags: ['day'], skip: 'local', load });
    expect(result.source).toBe('remote');
    expect(await one.cache.invalidate(upper, ['day'])).toEqual({ applied: true });
    expect(await one.cache.invalidate(lower, ['day'])).toEqual({ applied: false });
  } finally {
    own.nodes[0]?.thaw();
  }
  await until('the primary is used again', () => one.cache.available);
  expect(one.cache.statistics().remote.pendingInvalidations).toBe(0);
});

test('while a slot is migrated its namespace is loaded without cache, and invalidations hold on the new primary', async () => {
  const prefix = ownPrefix();
  const [one, other] = [await open(prefix), await open(prefix)];
  const [source, target] = own.nodes;
  if (source === undefined || target === undefined) throw new Error('Two nodes are needed');
  let truth = 1;
  const load = async (): Promise<number> => truth;
  await isCached(one, lower, load);
  await isCached(other, lower, load);
  const slot = 4977;
  await target.admin.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', await own.idOf(source));
  await source.admin.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', await own.idOf(target));
  const move = (name: string): Promise<unknown> =>
    source.admin.call('MIGRATE', '127.0.0.1', target.port, name, 0, 5000);
  // Moves the namespace's tag and the entry first: an MGET of them with the other tag gets TRYAGAIN.
  await move(`${prefix}:t:{${lower}}:`);
  await move(`${prefix}:c:{${lower}}:days:1:a`);
  const during = await one.cache
    .policy('days')
    .get({ namespace: lower, key: 'a', tags: ['day'], skip: 'local', load });
  expect(during.source).toBe('miss');
  expect(one.cache.available).toBe(true);
  truth = 2;
  expect(await other.cache.invalidate(lower, ['day', 'another'])).toEqual({ applied: true });
  for (const name of (await source.admin.call('CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[])
    await move(name);
  for (const { admin } of [target, source])
    await admin.call('CLUSTER', 'SETSLOT', slot, 'NODE', await own.idOf(target));
  for (const { cache } of [one, other]) {
    await until('the namespace is cached on its new primary', async () => {
      const result = await cache.policy('days').get({ namespace: lower, key: 'a', tags: ['day'], load });
      expect(result.value).toBe(2);
      return result.source === 'remote' || result.source === 'local';
    });
  }
  expect((await target.admin.keys(`${prefix}:c:*`)).length).toBe(1);
});

test('repeats recent invalidations on the primary to which a namespace has moved', async () => {
  const prefix = ownPrefix();
  const servers = [
    await startRedisServer(inject('redisBinary')),
    await startRedisServer(inject('redisBinary')),
  ] as const;
  for (const server of servers) opened.push(() => server.close());
  const [isolated, other] = [await openWithMap(prefix, servers), await openWithMap(prefix, servers)];
  isolated.assignSlots(0);
  other.assignSlots(1);
  await until('both are used', () => isolated.cache.available && other.cache.available);
  // One process still uses an outdated slot map, and its primary acknowledges the invalidation.
  expect(await isolated.cache.invalidate(lower, ['day'])).toEqual({ applied: true });
  await isCached(other, lower, async () => 1);
  isolated.assignSlots(1);
  await until('the entry is invalidated on the other primary', async () => {
    const result = await other.cache
      .policy('days')
      .get({ namespace: lower, key: 'a', tags: ['day'], load: async () => 2 });
    return result.value === 2;
  });
});

/** A cache with a fake slot map of two servers, which do not run as a cluster. */
async function openWithMap(
  prefix: string,
  servers: readonly RedisServerProcess[],
): Promise<Opened & { assignSlots(server: number): void }> {
  const nodes = servers.map(({ port }) => new Redis({ host: '127.0.0.1', port, lazyConnect: true }));
  const names = servers.map(({ port }) => [`127.0.0.1:${port}`]);
  const map = Object.assign(new EventEmitter(), {
    isCluster: true,
    options: {},
    duplicate: () => {},
    disconnect: () => {},
    // The first server owns all slots but the last, which keeps the second in the map; or the reverse.
    slots: Array.from({ length: 16_384 }, (_, slot) => names[slot === 16_383 ? 1 : 0] ?? []),
    nodes: () => nodes,
    refreshSlotsCache: () => {},
  });
  const events: CacheEvent[] = [];
  const cache = createCache({
    redis: map as unknown as Cluster,
    prefix,
    policies: { days },
    deadlineMs: patientMs,
    local: false,
    onEvent: (event) => events.push(event),
  });
  opened.push(() => cache.close(0));
  return {
    cache,
    events,
    assignSlots: (server) => {
      map.slots = map.slots.map((_, slot) => names[slot === 16_383 ? 1 - server : server] ?? []);
      map.emit('refresh');
    },
  };
}
