import { connectionsHeld, type ProcessRole, sumOfConnections } from '@bookedbarber/redis-tier/settings';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/config.ts';

/** How many connections to Redis a process with this configuration holds, by what they are for. */
export function redisConnections({ redis, cache, rateLimits }: Config, role: ProcessRole) {
  return connectionsHeld({ redis, cacheEnabled: cache.enabled, limitsEnabled: rateLimits.enabled }, role);
}

/** Warns of a budget that does not suffice. The process goes on: no more than it needs are opened in any case. */
export function warnOfConnections(config: Config, role: ProcessRole, logger: FastifyBaseLogger): void {
  const connections = redisConnections(config, role);
  const held = sumOfConnections(connections);
  const { maxConnections } = config.redis;
  if (held > maxConnections)
    logger.warn(
      { ...connections, held, budget: maxConnections },
      'this process holds more connections to Redis than REDIS_MAX_CONNECTIONS allows: raise it',
    );
}
