import { connect, parseRedisUrl } from '../../../../packages/redis-tier/dist/connection/index.js';
import { createLimiter } from '../../../../packages/redis-tier/dist/limits/index.js';
import { ready } from '../ready.mjs';

/** @type {import('./contender.mjs').Start} */
export async function startOurs({ redisUrl, prefix, windows }) {
  const redis = connect(
    { server: parseRedisUrl(redisUrl), name: 'bench', commandTimeoutMs: 60_000 },
    () => {},
  );
  await ready(redis);
  const limiter = createLimiter({ redis, prefix, limits: { all: { windows, onOutage: 'local' } } });
  return {
    check: async (key) => (await limiter.check({ limit: 'all', key })).allowed,
    async used(key, window) {
      const { perWindow } = await limiter.peek({ limit: 'all', key });
      const { limit = 0, remaining = 0 } = perWindow[window] ?? {};
      return limit - remaining;
    },
    async close() {
      limiter.close();
      redis.disconnect();
    },
  };
}
