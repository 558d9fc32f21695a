import { type Contract, contractLimits, type LimiterFleet, until } from '@bookedbarber/redis-tier/testing';
import type { Cluster, Redis } from 'ioredis';
import { createLimiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { ownPrefix, patientMs } from './cache-bench.ts';

/** Proves a promise of a fleet whose limiters each have a connection of their own; null: of a process alone. */
export async function proveLimiter(
  { run }: Contract<LimiterFleet>,
  connectOne: (() => Redis | Cluster) | null,
): Promise<void> {
  const prefix = ownPrefix();
  const ends: (() => void)[] = [];
  const fleet: LimiterFleet = {
    async open() {
      const redis = connectOne === null ? null : connectOne();
      const limiter = createLimiter({ redis, prefix, limits: contractLimits, deadlineMs: patientMs });
      ends.push(() => {
        limiter.close();
        redis?.disconnect();
      });
      await until('it decides', () => limiter.state === (redis === null ? 'local' : 'redis'));
      return limiter;
    },
  };
  try {
    await run(fleet);
  } finally {
    for (const end of ends) end();
  }
}
