import { type Contract, contractLimits, type LimiterFleet, until } from '@bookedbarber/redis-tier/testing';
import type { Cluster, Redis } from 'ioredis';
import { createLimiter } from '../../../packages/redis-tier/src/limits/index.ts';
import type { MemoryDriver } from '../../../packages/redis-tier/src/memory/index.ts';
import { ownPrefix, patientMs } from './cache-bench.ts';

/**
 * Runs a contract test with limiters that each have a separate connection, or share a driver in memory; null: local
 * limiters without Redis.
 */
export async function proveLimiter(
  { run }: Contract<LimiterFleet>,
  connectOne: (() => Redis | Cluster | MemoryDriver) | null,
): Promise<void> {
  const prefix = ownPrefix();
  const ends: (() => void)[] = [];
  const fleet: LimiterFleet = {
    async open() {
      const redis = connectOne === null ? null : connectOne();
      const limiter = createLimiter({ redis, prefix, limits: contractLimits, deadlineMs: patientMs });
      ends.push(() => {
        limiter.close();
        if (redis !== null && 'disconnect' in redis) redis.disconnect();
      });
      await until('the limiter is ready', () => limiter.state === (redis === null ? 'local' : 'redis'));
      return limiter;
    },
  };
  try {
    await run(fleet);
  } finally {
    for (const end of ends) end();
  }
}
