import type { RedisConfig } from './redis-config.ts';

/** Number of connections to Redis of a process, by purpose. */
export type ConnectionsHeld = { cache: number; health: number; limits: number; jobs: number };

/** The two kinds of process: api serves requests, worker runs jobs. */
export type ProcessRole = 'api' | 'worker';

export type HeldBy = {
  redis: Pick<RedisConfig, 'main' | 'jobs'>;
  cacheEnabled: boolean;
  limitsEnabled: boolean;
};

/**
 * Each component has one connection; the cache has a second one for notifications. Jobs have three: a producer, a
 * worker, and the one that BullMQ opens for its blocking read.
 */
export function connectionsHeld(
  { redis, cacheEnabled, limitsEnabled }: HeldBy,
  role: ProcessRole,
): ConnectionsHeld {
  const hasRedis = redis.main !== null;
  return {
    cache: hasRedis && cacheEnabled ? 2 : 0,
    health: hasRedis ? 1 : 0,
    limits: hasRedis && role === 'api' && limitsEnabled ? 1 : 0,
    jobs: redis.jobs !== null && role === 'worker' ? 3 : 0,
  };
}

export function sumOfConnections(connections: ConnectionsHeld): number {
  return Object.values(connections).reduce((sum, count) => sum + count, 0);
}
