/**
 * What is compared, each as its own documentation sets it up for several windows, on a connection of its own with
 * ioredis's settings. Three windows of the others are three limiters; @fastify/rate-limit has one window.
 *
 */
import fastifyRateLimit from '@fastify/rate-limit';
import { Ratelimit } from '@upstash/ratelimit';
import Fastify from 'fastify';
import { RateLimiterRedis, RateLimiterUnion } from 'rate-limiter-flexible';
import { Redis } from '../../../dev/services/redis/redis-client.mjs';
import { connect, serverOf } from '../../../packages/redis-tier/dist/connection/index.js';
import { createLimiter } from '../../../packages/redis-tier/dist/limits/index.js';
import { oneCallEach } from './one-call-each.mjs';
import { ready } from './ready.mjs';
import { upstashClient } from './upstash-client.mjs';

/** @typedef {{ name: string, seconds: number, limit: number }} WindowLimit */
/** @typedef {{ redisUrl: string, prefix: string, windows: readonly WindowLimit[], inMemoryBlock?: boolean }} ContenderOptions */

/**
 * @typedef {object} Contender
 * @property {(subject: string) => Promise<boolean>} check whether one request is admitted
 * @property {(subject: string, window: number) => Promise<number>} used units that count in one of the windows
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
  const redis = connect({ server: serverOf(redisUrl), name: 'bench', commandTimeoutMs: 60_000 }, () => {});
  await ready(redis);
  const limiter = createLimiter({ redis, prefix, limits: { all: { windows, onOutage: 'local' } } });
  return {
    check: async (subject) => (await limiter.check({ limit: 'all', key: subject })).allowed,
    async used(subject, window) {
      const { perWindow } = await limiter.peek({ limit: 'all', key: subject });
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
    check: (subject) =>
      union.consume(subject).then(
        () => true,
        (rejected) => {
          if (rejected instanceof Error) throw rejected;
          return false;
        },
      ),
    used: async (subject, window) => (await parts[window]?.get(subject))?.consumedPoints ?? 0,
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
    async check(subject) {
      const answers = await Promise.all(parts.map((part) => part.limit(subject)));
      return answers.every(({ success }) => success);
    },
    async used(subject, window) {
      const { remaining } = (await parts[window]?.getRemaining(subject)) ?? { remaining: 0 };
      return (windows[window]?.limit ?? 0) - remaining;
    },
    close: async () => redis.disconnect(),
  };
}

/** The first window alone. @param {ContenderOptions} options @returns {Promise<Contender>} */
async function startFastify({ redisUrl, prefix, windows }) {
  const [{ seconds, limit } = { seconds: 1, limit: 1 }] = windows;
  const redis = new Redis(redisUrl);
  await ready(redis);
  const app = Fastify();
  await app.register(fastifyRateLimit, { global: false, redis, nameSpace: `${prefix}:` });
  const check = app.createRateLimit({
    max: limit,
    timeWindow: seconds * 1000,
    keyGenerator: (request) => /** @type {any} */ (request).subject,
  });
  /** @param {string} subject */
  const ask = async (subject, /** @type {boolean} */ increment = true) => {
    const request = /** @type {any} */ ({ subject, routeOptions: { config: {} } });
    const answer = await check(request, { increment });
    if (answer.isAllowed) throw new Error('nobody is on a list');
    return answer;
  };
  return {
    check: async (subject) => !(await ask(subject)).isExceeded,
    used: async (subject) => limit - (await ask(subject, false)).remaining,
    async close() {
      await app.close();
      redis.disconnect();
    },
  };
}
