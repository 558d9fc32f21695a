import { type CacheFleet, type Contract, contractPolicies, until } from '@bookedbarber/redis-tier/testing';
import type { Cluster, Redis } from 'ioredis';
import { createCache } from '../../../packages/redis-tier/src/cache/index.ts';
import type { MemoryDriver } from '../../../packages/redis-tier/src/memory/index.ts';
import { ownPrefix, patientMs } from './cache-bench.ts';

/** Runs a contract test with caches that each have a separate connection, or share a driver in memory. */
export async function proveCache(
  { run }: Contract<CacheFleet>,
  connectOne: () => Redis | Cluster | MemoryDriver,
): Promise<void> {
  const prefix = ownPrefix();
  const ends: (() => Promise<void>)[] = [];
  const fleet: CacheFleet = {
    async open() {
      const redis = connectOne();
      const cache = createCache({ redis, prefix, policies: contractPolicies, deadlineMs: patientMs });
      ends.push(async () => {
        await cache.close(0);
        if ('disconnect' in redis) redis.disconnect();
      });
      await until(
        'the cache is available and tracks invalidations',
        () => cache.available && cache.statistics().local.trackingConnected,
      );
      return cache;
    },
  };
  try {
    await run(fleet);
  } finally {
    for (const end of ends) await end();
  }
}
