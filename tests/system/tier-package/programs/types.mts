/** Uses the types of every entry point that does not need a test runner, without BullMQ. */
import {
  type CacheResult,
  connect,
  connectCluster,
  createCache,
  createLimiter,
  type Decision,
  parseRedisUrl,
  type RedisClient,
} from '@bookedbarber/redis-tier';
import type { Cache, CacheEvent } from '@bookedbarber/redis-tier/cache';
import { type Credentials, createCredentials, type RedisServer } from '@bookedbarber/redis-tier/connection';
import { type Clock, systemClock } from '@bookedbarber/redis-tier/core';
import { type HealthSampler, sampleHealth } from '@bookedbarber/redis-tier/health';
import { type Jobs, type MessageLease, type OutboxStore, startJobs } from '@bookedbarber/redis-tier/jobs';
import type { LimiterOptions } from '@bookedbarber/redis-tier/limits';
import { type RedisConfig, readRedisConfig } from '@bookedbarber/redis-tier/settings';
import { Cluster, Redis } from 'ioredis';

const options = { server: parseRedisUrl('redis://127.0.0.1:6379'), name: 'app', commandTimeoutMs: 5000 };
export const opened: Redis = connect(options, console.error);
export const openedCluster: Cluster = connectCluster(options, console.error);
export const clients: RedisClient[] = [opened, openedCluster, new Redis(), new Cluster([])];

// @ts-expect-error: not a client of ioredis.
export const other: RedisClient = { connect: async () => {}, duplicate: () => {}, options: {} };

export const cache: Cache<'menu'> = createCache({
  redis: new Redis(),
  policies: { menu: { ttlMs: 60_000, staleWhileRevalidateMs: 30_000 } },
  onEvent: (event: CacheEvent) => console.log(event.type),
});
// @ts-expect-error: an unknown policy.
cache.policy('dishes');
export const found: CacheResult<{ soup: number }> = await cache.policy('menu').get({
  namespace: 'corner',
  key: 'menu',
  load: async ({ signal }) => ({ soup: signal.aborted ? 0 : 480 }),
});

const limits = { pages: { windows: { perMinute: 10 }, onOutage: 'local' } } as const;
export const limiterOptions: LimiterOptions<'pages'> = { redis: new Cluster([]), limits };
export const decision: Decision = await createLimiter(limiterOptions).check({
  limit: 'pages',
  key: 'someone',
});

export type Used = [
  Clock,
  HealthSampler,
  Jobs,
  OutboxStore<MessageLease>,
  RedisConfig,
  RedisServer,
  Credentials,
];
export const used = [systemClock, sampleHealth, startJobs, readRedisConfig, createCredentials];
