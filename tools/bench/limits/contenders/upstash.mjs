import { Ratelimit } from '@upstash/ratelimit';
import { openClient } from './contender.mjs';
import { upstashClient } from './upstash-client.mjs';

/**
 * One sliding window per limit, the shortest first: a denial by one does not consume from the longer ones. It caches
 * denials in the process by default, and admits a request when Redis does not reply within `timeout`
 * (https://upstash.com/docs/redis/sdks/ratelimit-ts/features).
 *
 * @type {import('./contender.mjs').Start}
 */
export async function startUpstash(options) {
  const { prefix, windows, outageDeadlineMs } = options;
  const redis = await openClient(options);
  const client = upstashClient(redis);
  const parts = windows.map(
    ({ name, seconds, limit }) =>
      new Ratelimit({
        redis: client,
        limiter: Ratelimit.slidingWindow(limit, `${seconds} s`),
        prefix: `${prefix}:${name}`,
        ...(outageDeadlineMs === undefined ? {} : { timeout: outageDeadlineMs }),
      }),
  );
  return {
    async check(key) {
      for (const part of parts) if (!(await part.limit(key)).success) return false;
      return true;
    },
    async used(key, window) {
      const { remaining } = (await parts[window]?.getRemaining(key)) ?? { remaining: 0 };
      return (windows[window]?.limit ?? 0) - remaining;
    },
    close: async () => redis.disconnect(),
  };
}
