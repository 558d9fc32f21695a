import { Redis } from '../../../dev/services/redis/redis-client.mjs';
import { checkScriptSource } from '../../../packages/redis-tier/dist/limits/check/check-script.js';
import { limitKeyDigest, limitRedisKey } from '../../../packages/redis-tier/dist/limits/local/key-states.js';
import { ready } from './ready.mjs';

/**
 * The least that a check by our script can cost when each travels alone: one EVALSHA, whose key is known and whose reply
 * is not looked at beyond its verdict.
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
  const keyOf = (/** @type {string} */ subject) => {
    const known = keys.get(subject);
    if (known !== undefined) return known;
    const key = limitRedisKey(prefix, limitKeyDigest(subject), 'all');
    keys.set(subject, key);
    return key;
  };
  /** @param {string} subject @param {number} cost */
  const ask = (subject, cost) =>
    redis.callBuffer('EVALSHA', digest, 1, keyOf(subject), ...args, 1, 1, cost, -1);
  return {
    check: async (subject) => /** @type {Buffer} */ (await ask(subject, 1))[0] === 1,
    async used(subject, window) {
      const reply = /** @type {Buffer} */ (await ask(subject, 0));
      const at = 1 + 16 * window;
      return reply.readUInt32BE(at) - reply.readUInt32BE(at + 4);
    },
    close: async () => redis.disconnect(),
  };
}
