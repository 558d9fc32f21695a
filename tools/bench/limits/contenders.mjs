/**
 * The compared libraries, set up for several windows as in their own documentation, each with its own connection and
 * ioredis's default settings. The other libraries use one limiter per window; @fastify/rate-limit has only one window.
 */
import fastifyRateLimit from '@fastify/rate-limit';
import { Ratelimit } from '@upstash/ratelimit';
import Fastify from 'fastify';
import { RateLimiterRedis, RateLimiterUnion } from 'rate-limiter-flexible';
import { Redis } from '../../../dev/services/redis/redis-client.mjs';
import { connect, parseRedisUrl } from '../../../packages/redis-tier/dist/connection/index.js';
import { createLimiter } from '../../../packages/redis-tier/dist/limits/index.js';
import { oneCallEach } from './evalsha-baseline.mjs';
import { ready } from './ready.mjs';
import { upstashClient } from './upstash-client.mjs';

/** @typedef {{ name: string, seconds: number, limit: number }} WindowLimit */
/** @typedef {{ redisUrl: string, prefix: string, windows: readonly WindowLimit[], inMemoryBlock?: boolean }} ContenderOptions */

/**
 * @typedef {object} Contender
 * @property {(key: string) => Promise<boolean>} check whether one request is admitted
 * @property {(key: string, window: number) => Promise<number>} used units consumed in one of the windows
 * @property {() => Promise<void>} close
 */

export const contenders = {
  ours: startOurs,
  EVALSHA: oneCallEach,
  'rate-limiter-flexible': startFlexible,
  '@upstash/ratelimit': startUpstash,
  '@fastify/rate-limit': startFastify,
};

/** @typedef {keyof typeof contenders} ContenderName */

/** @param {ContenderName} name @param {ContenderOptions} options @returns {Promise<Contender>} */
export const startContender = (name, options) => contenders[name](options);

/** @param {ContenderOptions} options @returns {Promise<Contender>} */
async function startOurs({ redisUrl, prefix, windows }) {
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

/** @param {ContenderOptions} options @returns {Promise<Contender>} */
async function startFlexible({ redisUrl, prefix, windows, inMemoryBlock = false }) {
  const redis = new Redis(redisUrl);
  await ready(redis);
  const parts = windows.map(
    ({ name, seconds, limit }) =>
      new RateLimiterRedis({
        storeClient: redis,
        keyPrefix: `${prefix}:${name}`,
        points: limit,
        duration: seconds,
        ...(inMemoryBlock ? { inMemoryBlockOnConsumed: limit } : {}),
      }),
  );
  const union = new RateLimiterUnion(...parts);
  return {
    check: (key) =>
      union.consume(key).then(
        () => true,
        (rejected) => {
          if (rejected instanceof Error) throw rejected;
          return false;
        },
      ),
    used: async (key, window) => (await parts[window]?.get(key))?.consumedPoints ?? 0,
    close: async () => redis.disconnect(),
  };
}

/** @param {ContenderOptions} options @returns {Promise<Contender>} */
async function startUpstash({ redisUrl, prefix, windows }) {
  const redis = new Redis(redisUrl);
  await ready(redis);
  const client = upstashClient(redis);
  const parts = windows.map(
    ({ name, seconds, limit }) =>
      new Ratelimit({
        redis: client,
        limiter: Ratelimit.slidingWindow(limit, `${seconds} s`),
        prefix: `${prefix}:${name}`,
      }),
  );
  return {
    async check(key) {
      const results = await Promise.all(parts.map((part) => part.limit(key)));
      return results.every(({ success }) => success);
    },
    async used(key, window) {
      const { remaining } = (await parts[window]?.getRemaining(key)) ?? { remaining: 0 };
      return (windows[window]?.limit ?? 0) - remaining;
    },
    close: async () => redis.disconnect(),
  };
}

/** Uses only the first window. @param {ContenderOptions} options @returns {Promise<Contender>} */
async function startFastify({ redisUrl, prefix, windows }) {
  const [{ seconds, limit } = { seconds: 1, limit: 1 }] = windows;
  const redis = new Redis(redisUrl);
  await ready(redis);
  const app = Fastify();
  await app.register(fastifyRateLimit, { global: false, redis, nameSpace: `${prefix}:` });
  const check = app.createRateLimit({
    max: limit,
    timeWindow: seconds * 1000,
    keyGenerator: (request) => /** @type {any} */ (request).key,
  });
  /** @param {string} key */
  const consume = async (key, /** @type {boolean} */ increment = true) => {
    const request = /** @type {any} */ ({ key, routeOptions: { config: {} } });
    const result = await check(request, { increment });
    if (result.isAllowed) throw new Error('The key is on an allow list, but none is configured');
    return result;
  };
  return {
    check: async (key) => !(await consume(key)).isExceeded,
    used: async (key) => limit - (await consume(key, false)).remaining,
    async close() {
      await app.close();
      redis.disconnect();
    },
  };
}
