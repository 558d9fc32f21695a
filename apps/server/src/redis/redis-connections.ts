import { connectionsHeld, type ProcessRole, sumOfConnections } from '@bookedbarber/redis-tier/settings';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/config.ts';

/** Number of Redis connections of a process with this configuration, by purpose. */
export function redisConnections({ redis, cache, rateLimits }: Config, role: ProcessRole) {
  return connectionsHeld({ redis, cacheEnabled: cache.enabled, limitsEnabled: rateLimits.enabled }, role);
}

/**
 * Logs a warning when the connection budget is too small. The process continues: it opens only the connections that
 * it needs.
 */
export function warnOfConnections(config: Config, role: ProcessRole, logger: FastifyBaseLogger): void {
  const connections = redisConnections(config, role);
  const held = sumOfConnections(connections);
  const { maxConnections } = config.redis;
  if (held > maxConnections)
    logger.warn(
      { ...connections, held, budget: maxConnections },
      'this process needs more Redis connections than REDIS_MAX_CONNECTIONS allows: raise it',
    );
}
