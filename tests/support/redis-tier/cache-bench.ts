import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import {
  type Cache,
  type CacheEvent,
  type CacheOptions,
  createCache,
  type PolicyOptions,
} from '../../../packages/redis-tier/src/cache/index.ts';
import { connect, parseRedisUrl } from '../../../packages/redis-tier/src/connection/index.ts';

/** A cache with its own connections, and its events. */
export type OpenedCache<Name extends string> = {
  readonly cache: Cache<Name>;
  readonly redis: Redis;
  readonly events: CacheEvent[];
  end(): Promise<void>;
};

/** A unique key prefix on the shared Redis server. */
export function ownPrefix(): string {
  return `t${randomBytes(5).toString('hex')}`;
}

/** A deadline that is met even on a busy machine, in ms. */
export const patientMs = 5000;

/**
 * Opens a cache with separate connections, like another process, and waits until it uses Redis. By default it has no
 * local tier and the deadline `patientMs`.
 */
export async function openCache<Name extends string>(
  url: string,
  options: Omit<CacheOptions<Name>, 'redis'> & { policies: Record<Name, PolicyOptions> },
): Promise<OpenedCache<Name>> {
  const redis = connect({ server: parseRedisUrl(url), name: 'test', commandTimeoutMs: 5000 }, () => {});
  const events: CacheEvent[] = [];
  const cache = createCache<Name>({
    local: false,
    deadlineMs: patientMs,
    ...options,
    redis,
    onEvent: (event) => events.push(event),
  });
  if (options.enabled !== false && !(await cache.ready(30_000)))
    throw new Error('The cache does not use Redis');
  const end = async (): Promise<void> => {
    await cache.close(0);
    redis.disconnect();
  };
  return { cache, redis, events, end };
}
