import fastifyRateLimit from '@fastify/rate-limit';
import Fastify from 'fastify';
import { openClient } from './contender.mjs';

/**
 * Uses only the first window. The connection has the settings that its README asks for, with the values of
 * https://github.com/fastify/fastify-rate-limit/blob/main/example/example.js. For outages it has `skipOnError` of that
 * README, which admits a request after an error of Redis, and a deadline for a command, because it has none itself.
 *
 * @type {import('./contender.mjs').Start}
 */
export async function startFastify(options) {
  const { prefix, windows, outageDeadlineMs } = options;
  const [{ seconds, limit } = { seconds: 1, limit: 1 }] = windows;
  const redis = await openClient(options, {
    connectTimeout: 500,
    maxRetriesPerRequest: 1,
    ...(outageDeadlineMs === undefined ? {} : { commandTimeout: outageDeadlineMs }),
  });
  const skipOnError = outageDeadlineMs !== undefined;
  const app = Fastify();
  await app.register(fastifyRateLimit, { global: false, redis, nameSpace: `${prefix}:`, skipOnError });
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
