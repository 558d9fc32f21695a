import {
  cacheContract,
  limiterContract,
  type RedisClusterProcesses,
  sharedCacheContract,
  sharedLimiterContract,
  startRedisCluster,
} from '@bookedbarber/redis-tier/testing';
import { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { proveCache } from '../../support/redis-tier/prove-cache.ts';
import { proveLimiter } from '../../support/redis-tier/prove-limiter.ts';

let cluster: RedisClusterProcesses;
beforeAll(async () => {
  cluster = await startRedisCluster(inject('redisBinary'), 3, 'replicated');
});
afterAll(() => cluster.close());

function connectOne(): Cluster {
  const [first] = cluster.nodes;
  const redis = new Cluster([{ host: '127.0.0.1', port: first?.port ?? 0 }], {
    redisOptions: { maxRetriesPerRequest: 0 },
  });
  redis.on('error', () => {});
  return redis;
}

describe('the cache on a cluster of six nodes', () => {
  for (const contract of [...cacheContract, ...sharedCacheContract])
    test(`fulfills: ${contract.title}`, () => proveCache(contract, connectOne));
});

describe('the limiter on a cluster of six nodes', () => {
  for (const contract of [...limiterContract, ...sharedLimiterContract])
    test(`fulfills: ${contract.title}`, () => proveLimiter(contract, connectOne));
});
