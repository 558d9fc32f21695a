import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  RateLimiterUnion,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import { openClient } from './contender.mjs';

/**
 * A union of one limiter per window (https://github.com/animir/node-rate-limiter-flexible/wiki/RateLimiterUnion), on a
 * client without offline queue (https://github.com/animir/node-rate-limiter-flexible/wiki/Redis). For outages, each
 * limiter has a timeout (https://github.com/animir/node-rate-limiter-flexible/wiki/RLWrapperTimeouts) and then the limiter
 * in memory of https://github.com/animir/node-rate-limiter-flexible/wiki/Insurance-Strategy, with the whole limit, because
 * the benchmark has one process.
 *
 * @type {import('./contender.mjs').Start}
 */
export async function startFlexible(options) {
  const { prefix, windows, inMemoryBlock = false, outageDeadlineMs } = options;
  const redis = await openClient(options, { enableOfflineQueue: false });
  const parts = windows.map(({ name, seconds, limit }) => {
    const quota = { keyPrefix: `${prefix}:${name}`, points: limit, duration: seconds };
    return new RateLimiterRedis({
      ...quota,
      storeClient: redis,
      ...(inMemoryBlock ? { inMemoryBlockOnConsumed: limit } : {}),
      ...(outageDeadlineMs === undefined ? {} : { insuranceLimiter: new RateLimiterMemory(quota) }),
    });
  });
  const union = new RateLimiterUnion(
    ...parts.map((limiter) =>
      outageDeadlineMs === undefined
        ? limiter
        : new RLWrapperTimeouts({ limiter, keyPrefix: limiter.keyPrefix, timeoutMs: outageDeadlineMs }),
    ),
  );
  return {
    check: (key) =>
      union.consume(key).then(
        () => true,
        (/** @type {Record<string, unknown>} */ rejected) => {
          const failed = Object.values(rejected).find((reason) => !(reason instanceof RateLimiterRes));
          if (failed !== undefined) throw failed;
          return false;
        },
      ),
    used: async (key, window) => (await parts[window]?.get(key))?.consumedPoints ?? 0,
    close: async () => redis.disconnect(),
  };
}
