import { Cluster, type Redis } from 'ioredis';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { createCache } from '../../../packages/redis-tier/src/cache/index.ts';
import { connect, serverOf } from '../../../packages/redis-tier/src/connection/index.ts';
import {
  type CacheFleet,
  cachePromises,
  contractPolicies,
  sharedCachePromises,
  startRedisCluster,
  startRedisServer,
  until,
} from '../../../packages/redis-tier/src/testing/index.ts';
import { ownPrefix } from '../../support/redis-tier/cache-bench.ts';

type Ground = { connect(): Redis | Cluster; close(): Promise<void> };

const single = (url: string): Redis =>
  connect({ server: serverOf(url), name: 'contract', commandTimeoutMs: 5000 }, () => {});

async function onServer(): Promise<Ground> {
  return { connect: () => single(inject('redisUrl')), close: async () => {} };
}

async function withoutTracking(): Promise<Ground> {
  const server = await startRedisServer(inject('redisBinary'));
  await server.admin.call('ACL', 'SETUSER', 'plain', 'on', '>pw', '~*', '&*', '+@all', '-client|tracking');
  return { connect: () => single(server.url.replace('//', '//plain:pw@')), close: () => server.close() };
}

async function onCluster(): Promise<Ground> {
  const cluster = await startRedisCluster(inject('redisBinary'), 3, 'replicated');
  const [first] = cluster.nodes;
  return {
    connect: () => {
      const redis = new Cluster([{ host: '127.0.0.1', port: first?.port ?? 0 }], {
        redisOptions: { maxRetriesPerRequest: 0 },
      });
      redis.on('error', () => {});
      return redis;
    },
    close: () => cluster.close(),
  };
}

describe.each([
  { name: 'a server', open: onServer },
  { name: 'a server that refuses tracking', open: withoutTracking },
  { name: 'a cluster of six nodes', open: onCluster },
])('the cache on $name', ({ open }) => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await open();
  }, 60_000);
  afterAll(() => ground.close());

  test.each([...cachePromises, ...sharedCachePromises])('keeps: $promise', async ({ prove }) => {
    const prefix = ownPrefix();
    const ends: (() => Promise<void>)[] = [];
    const fleet: CacheFleet = {
      async open() {
        const redis = ground.connect();
        const cache = createCache({ redis, prefix, policies: contractPolicies, deadlineMs: 5000 });
        ends.push(async () => {
          await cache.close(0);
          redis.disconnect();
        });
        await until('it is used and hears', () => cache.available && cache.statistics().local.hearing);
        return cache;
      },
    };
    try {
      await prove(fleet);
    } finally {
      for (const end of ends) await end();
    }
  });
});

describe('the cache that is switched off', () => {
  test.each(cachePromises)('keeps: $promise', async ({ prove }) => {
    const redis = single(inject('redisUrl'));
    const cache = createCache({ redis, policies: contractPolicies, enabled: false });
    try {
      await prove({ open: async () => cache });
    } finally {
      await cache.close(0);
      redis.disconnect();
    }
  });
});
