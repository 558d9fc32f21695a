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
import type { RedisServerWithCredentials } from '../redis/live-server.ts';

const mebibyte = 1024 * 1024;

export type RedisHealthOptions = {
  /** null: there is none to watch, and the report says degraded. */
  server: RedisServerWithCredentials | null;
  prefix: string;
  role: string;
  cache: ServerCache;
  /** Figures of this process that are summed over the fleet. */
  counts: () => Counts;
  clock: Clock;
  timing: Timing;
  logger: FastifyBaseLogger;
};

/** Watches Redis from one connection, and counts the look-ups of the whole fleet. */
export function createRedisHealth(options: RedisHealthOptions) {
  const { server, prefix, role, cache, counts, clock, timing, logger } = options;
  const lookups = (): Lookups => {
    const { localHits, remoteHits, stale, misses } = cache.statistics().total;
    const hits = localHits + remoteHits + stale;
    return { hits, lookups: hits + misses };
  };
  const redis = server && watch(server, role, timing, logger);
  const sampler =
    redis && sampleHealth({ redis, intervalMs: timing.healthIntervalMs, clock, prefix, lookups, counts });
  return {
    /** The newest sample; null when there is no Redis to watch. */
    sample: (): RedisSample | null => sampler?.latest() ?? null,
    /** Of all processes; without Redis, of this one. */
    fleetCounts: async (): Promise<FleetCounts> =>
      (await sampler?.fleetCounts()) ?? { processes: 1, counts: counts() },
    report: (): CacheHealth => toReport(sampler?.latest() ?? null, lookups()),
    close(): void {
      sampler?.stop();
      redis?.disconnect();
    },
  };
}

function watch(server: RedisServerWithCredentials, role: string, timing: Timing, logger: FastifyBaseLogger) {
  let lastMessage = '';
  const commandTimeoutMs = timing.healthTimeoutMs;
  const redis = connectTo({ server, name: `bookedbarber-${role}-health`, commandTimeoutMs }, (error) => {
    // The client reports every attempt; one line for each new reason is enough.
    if (error.message !== lastMessage) logger.warn({ reason: error.message }, 'Redis cannot be reached');
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
