import type { RedisConfig } from './redis-config.ts';

/** Connections to Redis that a process holds, by what they are for. */
export type ConnectionsHeld = { cache: number; health: number; limits: number; jobs: number };

/** The two kinds of process: one answers requests, the other does the jobs. */
export type ProcessRole = 'api' | 'worker';

export type HeldBy = {
  redis: Pick<RedisConfig, 'main' | 'jobs'>;
  cacheEnabled: boolean;
  limitsEnabled: boolean;
};

/**
 * Each part has one connection, and the cache another one to listen. Jobs have three: a bell, a worker, and the one that
 * the queue's library makes for its blocking read.
 */
export function connectionsHeld(
  { redis, cacheEnabled, limitsEnabled }: HeldBy,
  role: ProcessRole,
): ConnectionsHeld {
  const isThere = redis.main !== null;
  return {
    cache: isThere && cacheEnabled ? 2 : 0,
    health: isThere ? 1 : 0,
    limits: isThere && role === 'api' && limitsEnabled ? 1 : 0,
    jobs: redis.jobs !== null && role === 'worker' ? 3 : 0,
  };
}

export function sumOfConnections(connections: ConnectionsHeld): number {
  return Object.values(connections).reduce((sum, count) => sum + count, 0);
}
