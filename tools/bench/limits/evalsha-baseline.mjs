import { Redis } from '../../../dev/services/redis/redis-client.mjs';
import { checkScriptSource } from '../../../packages/redis-tier/dist/limits/check/check-script.js';
import { limitKeyDigest, limitRedisKey } from '../../../packages/redis-tier/dist/limits/local/key-states.js';
import { ready } from './ready.mjs';

/**
 * The lower bound for a check with our script without batching: one EVALSHA with a cached key, of whose reply only the
 * verdict is read.
 *
 * @param {import('./contenders.mjs').ContenderOptions} options
 * @returns {Promise<import('./contenders.mjs').Contender>}
 */
export async function oneCallEach({ redisUrl, prefix, windows }) {
  const redis = new Redis(redisUrl);
  await ready(redis);
  const digest = String(await redis.script('LOAD', checkScriptSource()));
  const args = [1, windows.length, ...windows.flatMap(({ seconds, limit }) => [limit, seconds * 1000])];
  /** @type {Map<string, string>} */
  const keys = new Map();
  const keyOf = (/** @type {string} */ key) => {
    const known = keys.get(key);
    if (known !== undefined) return known;
    const redisKey = limitRedisKey(prefix, limitKeyDigest(key), 'all');
    keys.set(key, redisKey);
    return redisKey;
  };
  /** @param {string} key @param {number} cost */
  const evaluate = (key, cost) => redis.callBuffer('EVALSHA', digest, 1, keyOf(key), ...args, 1, 1, cost, -1);
  return {
    check: async (key) => /** @type {Buffer} */ (await evaluate(key, 1))[0] === 1,
    async used(key, window) {
      const reply = /** @type {Buffer} */ (await evaluate(key, 0));
      const at = 1 + 16 * window;
      return reply.readUInt32BE(at) - reply.readUInt32BE(at + 4);
    },
    close: async () => redis.disconnect(),
  };
}
