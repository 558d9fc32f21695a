import { type Cache, type CacheEvent, createCache } from '@bookedbarber/redis-tier/cache';
import { connectTo } from '@bookedbarber/redis-tier/connection';
import type { Clock } from '@bookedbarber/redis-tier/core';
import type { FastifyBaseLogger } from 'fastify';
import { Redis } from 'ioredis';
import type { CacheConfig } from '../config/cache-config.ts';
import type { RedisServerWithCredentials } from '../redis/live-server.ts';
import { type CachePolicy, policyTimesWithSimulations } from './policy-times.ts';

export type ServerCache = Cache<CachePolicy> & {
  /**
   * Calls back whenever Redis is used with a history that this process has not met before: at first, after a failover,
   * after a restart. What another primary acknowledged shortly before may be missing there.
   */
  onReplicationIdChange(listener: () => void): void;
};

export type ServerCacheOptions = {
  /** null: every call loads for itself. */
  server: RedisServerWithCredentials | null;
  config: CacheConfig;
  prefix: string;
  role: string;
  clock: Clock;
  /** Entries age by it instead of by the time of Redis: for rehearsals in which time is made up. */
  ages?: Clock;
  /** False: nothing is kept in this process, every hit is read from Redis. Default true. */
  local?: boolean;
  /** Longest time without a reply while commands wait, in ms. Default the cache's own. */
  deadlineMs?: number;
  logger: FastifyBaseLogger;
};

/** The cache on a connection of its own. `close` gives the connection back. */
export function createServerCache({
  server,
  config,
  prefix,
  role,
  clock,
  ages,
  local = true,
  deadlineMs,
  logger,
}: ServerCacheOptions): ServerCache {
  const enabled = server !== null && config.enabled;
  // A cache that is off wants a client all the same; this one never opens a connection.
  const redis = enabled ? openConnection(server, role, logger) : new Redis({ lazyConnect: true });
  const replicationIds = new Set<string>();
  const listeners: (() => void)[] = [];
  const cache = createCache<CachePolicy>({
    redis,
    enabled,
    prefix,
    clock,
    ...(ages === undefined ? {} : { entryClock: ages }),
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
    async close(withinMs) {
      await cache.close(withinMs);
      redis.disconnect();
    },
  };
}

function logEvent(logger: FastifyBaseLogger, event: CacheEvent): void {
  const level = event.type === 'down' || event.type === 'invalidation-pending' ? 'warn' : 'info';
  logger[level](event, 'the cache');
}

function openConnection(server: RedisServerWithCredentials, role: string, logger: FastifyBaseLogger) {
  return connectTo(
    { server, name: `bookedbarber-${role}-cache`, commandTimeoutMs: server.socketTimeoutMs },
    (error) => logger.debug({ reason: error.message }, 'the cache cannot reach Redis'),
  );
}
