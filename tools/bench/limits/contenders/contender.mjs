import { Redis } from '../../../../dev/services/redis/redis-client.mjs';
import { ready } from '../ready.mjs';

/**
 * The compared libraries, set up for several windows as their own documentation recommends, each with its own connection
 * by the same version of ioredis. The file of each library names that documentation. The other libraries use one
 * limiter per window; @fastify/rate-limit has only one window.
 *
 * @typedef {{ name: string, seconds: number, limit: number }} WindowLimit
 *
 * @typedef {object} ContenderOptions
 * @property {string} redisUrl
 * @property {string} prefix of all keys in Redis
 * @property {readonly WindowLimit[]} windows
 * @property {boolean} [inMemoryBlock] an option of rate-limiter-flexible
 * @property {boolean} [autoPipelining] ioredis's option; ours has its own batches
 * @property {number} [outageDeadlineMs] for an unavailable Redis: the settings that the library has for it, with this
 *   deadline; ours always has its defaults
 *
 * @typedef {object} Contender
 * @property {(key: string) => Promise<boolean>} check whether one request is admitted
 * @property {(key: string, window: number) => Promise<number>} used units consumed in one of the windows
 * @property {() => Promise<void>} close
 *
 * @typedef {(options: ContenderOptions) => Promise<Contender>} Start
 */

/**
 * Opens a connection and waits for it, because without an offline queue an earlier command would fail.
 *
 * @param {ContenderOptions} options
 * @param {{ enableOfflineQueue?: boolean, connectTimeout?: number, maxRetriesPerRequest?: number, commandTimeout?: number }} [more]
 */
export async function openClient({ redisUrl, autoPipelining = false }, more = {}) {
  const redis = new Redis(redisUrl, { enableAutoPipelining: autoPipelining, ...more });
  await ready(redis);
  return redis;
}
