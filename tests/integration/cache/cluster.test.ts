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
// Their slots: 4977 on the first node, 13104 or so on the second.
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
  await until('it hears', () => cache.statistics().local.trackingConnected);
  return { cache, events };
}

async function isCached({ cache }: Opened, namespace: string, load: () => Promise<number>): Promise<void> {
  await until('it is in Redis', async () => {
    const answer = await cache
      .policy('days')
      .get({ namespace, key: 'a', tags: ['day'], skip: 'local', load });
    return answer.source === 'remote';
  });
}

test('scopes lie on different primaries, and every process sees what is invalidated on each', async () => {
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
    await until('the local tier of the other one has heard', async () => (await read(one)) === 2);
  }
  const page = await one.cache.keys({});
  expect(page.keys.length).toBeGreaterThan(0);
});

test('a frozen primary costs the scopes of the others nothing', async () => {
  const one = await open(ownPrefix(), 1000);
  const load = async (): Promise<number> => 1;
  for (const namespace of [lower, upper]) await isCached(one, namespace, load);
  own.nodes[0]?.freeze();
  try {
    await until('the frozen one is given up', async () => {
      await one.cache.policy('days').get({ namespace: lower, key: 'b', load });
      return !one.cache.available;
    });
    const answer = await one.cache
      .policy('days')
      .get({ namespace: upper, key: 'a', tags: ['day'], skip: 'local', load });
    expect(answer.source).toBe('remote');
    expect(await one.cache.invalidate(upper, ['day'])).toEqual({ applied: true });
    expect(await one.cache.invalidate(lower, ['day'])).toEqual({ applied: false });
  } finally {
    own.nodes[0]?.thaw();
  }
  await until('it is used again', () => one.cache.available);
  expect(one.cache.statistics().remote.pendingInvalidations).toBe(0);
});

test('while a slot is moved its scope is loaded without cache, and what is invalidated stays so on the new primary', async () => {
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
  // The scope's tag and the entry go first: those who read them together are told to try again.
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
    await until('the scope is cached on its new primary', async () => {
      const answer = await cache.policy('days').get({ namespace: lower, key: 'a', tags: ['day'], load });
      expect(answer.value).toBe(2);
      return answer.source === 'remote' || answer.source === 'local';
    });
  }
  expect((await target.admin.keys(`${prefix}:c:*`)).length).toBe(1);
});

test('what was invalidated of late is invalidated again on the primary to which the scope has come', async () => {
  const prefix = ownPrefix();
  const servers = [
    await startRedisServer(inject('redisBinary')),
    await startRedisServer(inject('redisBinary')),
  ] as const;
  for (const server of servers) opened.push(() => server.close());
  const [isolated, other] = [await openWithMap(prefix, servers), await openWithMap(prefix, servers)];
  isolated.giveTo(0);
  other.giveTo(1);
  await until('both are used', () => isolated.cache.available && other.cache.available);
  // One process still believes the map of yesterday, and its primary takes the invalidation.
  expect(await isolated.cache.invalidate(lower, ['day'])).toEqual({ applied: true });
  await isCached(other, lower, async () => 1);
  isolated.giveTo(1);
  await until('it is invalidated there', async () => {
    const answer = await other.cache
      .policy('days')
      .get({ namespace: lower, key: 'a', tags: ['day'], load: async () => 2 });
    return answer.value === 2;
  });
});

/** A cache whose map of a cluster of two is what the test says. The servers do not know that they are a cluster. */
async function openWithMap(
  prefix: string,
  servers: readonly RedisServerProcess[],
): Promise<Opened & { giveTo(server: number): void }> {
  const nodes = servers.map(({ port }) => new Redis({ host: '127.0.0.1', port, lazyConnect: true }));
  const names = servers.map(({ port }) => [`127.0.0.1:${port}`]);
  const map = Object.assign(new EventEmitter(), {
    isCluster: true,
    // The first has all slots but the last, which keeps the second in the map; or the other way round.
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
    giveTo: (server) => {
      map.slots = map.slots.map((_, slot) => names[slot === 16_383 ? 1 - server : server] ?? []);
      map.emit('refresh');
    },
  };
}
