import { Cluster, type Redis } from 'ioredis';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { connect, serverOf } from '../../../packages/redis-tier/src/connection/index.ts';
import { createLimiter } from '../../../packages/redis-tier/src/limits/index.ts';
import {
  contractResources,
  type LimiterFleet,
  limiterPromises,
  type RedisClusterProcesses,
  sharedLimiterPromises,
  startRedisCluster,
  until,
} from '../../../packages/redis-tier/src/testing/index.ts';
import { ownPrefix } from '../../support/redis-tier/cache-bench.ts';

const patientMs = 5000;

async function proveOn(
  connectOne: (() => Redis | Cluster) | null,
  prove: (fleet: LimiterFleet) => Promise<void>,
): Promise<void> {
  const prefix = ownPrefix();
  const ends: (() => void)[] = [];
  const fleet: LimiterFleet = {
    async open() {
      const redis = connectOne === null ? null : connectOne();
      const limiter = createLimiter({ redis, prefix, resources: contractResources, deadlineMs: patientMs });
      ends.push(() => {
        limiter.close();
        redis?.disconnect();
      });
      await until('it decides', () => limiter.state === (redis === null ? 'local' : 'redis'));
      return limiter;
    },
  };
  try {
    await prove(fleet);
  } finally {
    for (const end of ends) end();
  }
}

describe('the limiter on a server', () => {
  test.each([...limiterPromises, ...sharedLimiterPromises])('keeps: $promise', ({ prove }) =>
    proveOn(
      () =>
        connect(
          { server: serverOf(inject('redisUrl')), name: 'contract', commandTimeoutMs: patientMs },
          () => {},
        ),
      prove,
    ),
  );
});

describe('the limiter on a cluster of six nodes', () => {
  let cluster: RedisClusterProcesses;
  beforeAll(async () => {
    cluster = await startRedisCluster(inject('redisBinary'), 3, 'replicated');
  }, 60_000);
  afterAll(() => cluster.close());

  test.each([...limiterPromises, ...sharedLimiterPromises])('keeps: $promise', ({ prove }) =>
    proveOn(() => {
      const redis = new Cluster([{ host: '127.0.0.1', port: cluster.nodes[0]?.port ?? 0 }], {
        redisOptions: { maxRetriesPerRequest: 0 },
      });
      redis.on('error', () => {});
      return redis;
    }, prove),
  );
});

describe('the limiter of a process alone', () => {
  test.each(limiterPromises)('keeps: $promise', ({ prove }) => proveOn(null, prove));
});
