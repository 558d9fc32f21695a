import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import {
  type Cache,
  type CacheEvent,
  type CacheOptions,
  createCache,
  type PolicyOptions,
} from '../../../packages/redis-tier/src/cache/index.ts';
import { connect, serverOf } from '../../../packages/redis-tier/src/connection/index.ts';

/** A cache as a process would have it, with what the test needs to see. */
export type OpenedCache<Name extends string> = {
  readonly cache: Cache<Name>;
  readonly redis: Redis;
  readonly events: CacheEvent[];
  end(): Promise<void>;
};

/** A prefix of the test's own on a server that others use too. */
export function ownPrefix(): string {
  return `t${randomBytes(5).toString('hex')}`;
}

/** A deadline that a busy machine keeps, in ms. */
export const patientMs = 5000;

/**
 * Opens a cache with connections of its own, as another process would, and waits until it uses Redis. Without a local tier,
 * and with a deadline that a busy machine keeps, unless the test says otherwise.
 */
export async function openCache<Name extends string>(
  url: string,
  options: Omit<CacheOptions<Name>, 'redis'> & { policies: Record<Name, PolicyOptions> },
): Promise<OpenedCache<Name>> {
  const redis = connect({ server: serverOf(url), name: 'test', commandTimeoutMs: 5000 }, () => {});
  const events: CacheEvent[] = [];
  const cache = createCache<Name>({
    local: false,
    deadlineMs: patientMs,
    ...options,
    redis,
    onEvent: (event) => events.push(event),
  });
  if (options.enabled !== false && !(await cache.ready(30_000))) throw new Error('Redis is not used');
  const end = async (): Promise<void> => {
    await cache.close(0);
    redis.disconnect();
  };
  return { cache, redis, events, end };
}
