import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { connect, parseRedisUrl } from '../../../packages/redis-tier/src/connection/index.ts';

/** Opens a connection for a limiter and waits until it is ready. */
export async function connectForLimits(url: string): Promise<Redis> {
  const redis = connect(
    { server: parseRedisUrl(url), name: 'limits-test', commandTimeoutMs: 5000 },
    () => {},
  );
  await once(redis, 'ready');
  return redis;
}
