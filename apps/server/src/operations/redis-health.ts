import type { CacheHealth } from '@bookedbarber/contract';
import { connectTo } from '@bookedbarber/redis-tier/connection';
import type { Clock } from '@bookedbarber/redis-tier/core';
import {
  type Counts,
  type FleetCounts,
  type Lookups,
  type RedisSample,
  sampleHealth,
} from '@bookedbarber/redis-tier/health';
import type { FastifyBaseLogger } from 'fastify';
import type { Timing } from '../main/timing.ts';
import type { ServerCache } from '../read-models/server-cache.ts';
import type { RedisServerWithCredentials } from '../redis/redis-server-config.ts';

const mebibyte = 1024 * 1024;

export type RedisHealthOptions = {
  /** null: no Redis is configured, and the report is `degraded`. */
  server: RedisServerWithCredentials | null;
  prefix: string;
  role: string;
  cache: ServerCache;
  /** Counts of this process, which are summed over all processes. */
  counts: () => Counts;
  clock: Clock;
  timing: Timing;
  logger: FastifyBaseLogger;
};

/** Samples the health of Redis over one connection, and sums the lookups of all processes. */
export function createRedisHealth(options: RedisHealthOptions) {
  const { server, prefix, role, cache, counts, clock, timing, logger } = options;
  const lookups = (): Lookups => {
    const { localHits, remoteHits, stale, misses } = cache.statistics().total;
    const hits = localHits + remoteHits + stale;
    return { hits, lookups: hits + misses };
  };
  const redis = server && connectForHealth(server, role, timing, logger);
  const sampler =
    redis && sampleHealth({ redis, intervalMs: timing.healthIntervalMs, clock, prefix, lookups, counts });
  return {
    /** The newest sample; null when no Redis is configured. */
    sample: (): RedisSample | null => sampler?.latest() ?? null,
    /** Counts of all processes; without Redis, of this one. */
    fleetCounts: async (): Promise<FleetCounts> =>
      (await sampler?.fleetCounts()) ?? { processes: 1, counts: counts() },
    report: (): CacheHealth => toReport(sampler?.latest() ?? null, lookups()),
    close(): void {
      sampler?.stop();
      redis?.disconnect();
    },
  };
}

function connectForHealth(
  server: RedisServerWithCredentials,
  role: string,
  timing: Timing,
  logger: FastifyBaseLogger,
) {
  let lastMessage = '';
  const commandTimeoutMs = timing.healthTimeoutMs;
  const redis = connectTo({ server, name: `bookedbarber-${role}-health`, commandTimeoutMs }, (error) => {
    // The Redis client reports every failed attempt: log each new reason once.
    if (error.message !== lastMessage) logger.warn({ reason: error.message }, 'Redis is unreachable');
    lastMessage = error.message;
  });
  redis.on('ready', () => {
    lastMessage = '';
    logger.info('Redis is connected');
  });
  return redis;
}

function toReport(sample: RedisSample | null, own: Lookups): CacheHealth {
  const { hits, lookups } = sample?.fleet ?? own;
  const bytes = sample?.usedMemoryBytes ?? null;
  return {
    status: sample?.available === true ? 'healthy' : 'degraded',
    redis_available: sample?.available === true,
    hit_rate: lookups === 0 ? 0 : Math.round((hits / lookups) * 1000) / 1000,
    memory_usage: bytes === null ? null : `${(bytes / mebibyte).toFixed(1)}MB`,
    connections: sample?.connectedClients ?? null,
  };
}
