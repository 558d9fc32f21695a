import { type Cache, type CacheEvent, createCache } from '@bookedbarber/redis-tier/cache';
import { connectTo } from '@bookedbarber/redis-tier/connection';
import type { Clock } from '@bookedbarber/redis-tier/core';
import type { FastifyBaseLogger } from 'fastify';
import { Redis } from 'ioredis';
import type { CacheConfig } from '../config/cache-config.ts';
import type { RedisServerWithCredentials } from '../redis/redis-server-config.ts';
import { type CachePolicy, policyTimesWithSimulations } from './policy-times.ts';

export type ServerCache = Cache<CachePolicy> & {
  /**
   * Calls `listener` for each replication id that is new to this process: on the first connection, after a failover and
   * after a restart of Redis. Writes that the previous primary acknowledged shortly before may be lost then.
   */
  onReplicationIdChange(listener: () => void): void;
};

export type ServerCacheOptions = {
  /** null disables the cache: every call loads its value. */
  server: RedisServerWithCredentials | null;
  config: CacheConfig;
  prefix: string;
  role: string;
  clock: Clock;
  /** Clock for the age of entries instead of the time of Redis, for simulations. */
  entryClock?: Clock;
  /** False disables the local tier: every hit is read from Redis. Default true. */
  local?: boolean;
  /** Longest time without a reply while commands wait, in ms. Defaults to that of the cache. */
  deadlineMs?: number;
  logger: FastifyBaseLogger;
};

/** Creates the cache with its own Redis connection. `close` closes the connection too. */
export function createServerCache({
  server,
  config,
  prefix,
  role,
  clock,
  entryClock,
  local = true,
  deadlineMs,
  logger,
}: ServerCacheOptions): ServerCache {
  const enabled = server !== null && config.enabled;
  // A disabled cache still requires a Redis client. This one never opens a connection.
  const redis = enabled ? openConnection(server, role, logger) : new Redis({ lazyConnect: true });
  const replicationIds = new Set<string>();
  const listeners: (() => void)[] = [];
  const cache = createCache<CachePolicy>({
    redis,
    enabled,
    prefix,
    clock,
    ...(entryClock === undefined ? {} : { entryClock }),
    ...(local ? {} : { local: false }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    policies: policyTimesWithSimulations(config),
    onEvent: (event) => {
      logEvent(logger, event);
      if (event.type !== 'up' || replicationIds.has(event.replicationId)) return;
      replicationIds.add(event.replicationId);
      for (const listener of listeners) listener();
    },
  });
  return {
    ...cache,
    get available() {
      return cache.available;
    },
    onReplicationIdChange(listener) {
      listeners.push(listener);
      if (replicationIds.size > 0) listener();
    },
    async close(timeoutMs) {
      await cache.close(timeoutMs);
      redis.disconnect();
    },
  };
}

function logEvent(logger: FastifyBaseLogger, event: CacheEvent): void {
  const level = event.type === 'down' || event.type === 'invalidation-pending' ? 'warn' : 'info';
  logger[level](event, 'cache event');
}

function openConnection(server: RedisServerWithCredentials, role: string, logger: FastifyBaseLogger) {
  return connectTo(
    { server, name: `bookedbarber-${role}-cache`, commandTimeoutMs: server.socketTimeoutMs },
    (error) => logger.debug({ reason: error.message }, 'the cache cannot reach Redis'),
  );
}
