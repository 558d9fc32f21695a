import { queueConnectionCount } from '@bookedbarber/redis-tier/jobs';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/config.ts';

export type RedisConnections = { cache: number; health: number; limits: number; jobs: number };

/** Connections to Redis that a process holds, by what they are for: one each, and one more of the cache's to listen. */
export function redisConnections(
  { redis, cache, rateLimits }: Pick<Config, 'redis' | 'cache' | 'rateLimits'>,
  role: 'api' | 'worker',
): RedisConnections {
  const isThere = redis.main !== null;
  return {
    cache: isThere && cache.enabled ? 2 : 0,
    health: isThere ? 1 : 0,
    limits: isThere && role === 'api' && rateLimits.enabled ? 1 : 0,
    jobs: redis.jobs !== null && role === 'worker' ? queueConnectionCount : 0,
  };
}

export function sumOf(connections: RedisConnections): number {
  return Object.values(connections).reduce((sum, count) => sum + count, 0);
}

/** Warns of a budget that does not suffice. The process goes on: no more than it needs are opened in any case. */
export function warnOfConnections(config: Config, role: 'api' | 'worker', logger: FastifyBaseLogger): void {
  const connections = redisConnections(config, role);
  const held = sumOf(connections);
  const { maxConnections } = config.redis;
  if (held > maxConnections)
    logger.warn(
      { ...connections, held, budget: maxConnections },
      'this process holds more connections to Redis than REDIS_MAX_CONNECTIONS allows: raise it',
    );
}
