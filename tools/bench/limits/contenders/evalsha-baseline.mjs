import { checkScriptSource } from '../../../../packages/redis-tier/dist/limits/check/check-script.js';
import {
  limitKeyDigest,
  limitRedisKey,
} from '../../../../packages/redis-tier/dist/limits/local/key-states.js';
import { openClient } from './contender.mjs';

/**
 * The lower bound for a check with our script without batching: one EVALSHA with a cached key, of whose reply only the
 * verdict is read.
 *
 * @type {import('./contender.mjs').Start}
 */
export async function oneCallEach(options) {
  const { prefix, windows } = options;
  const redis = await openClient(options);
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
  // `callBuffer` sends a wrong command with auto-pipelining, and the types lack this method.
  const client = /** @type {{ evalshaBuffer: (...args: (string | number)[]) => Promise<Buffer> }} */ (
    /** @type {unknown} */ (redis)
  );
  /** @param {string} key @param {number} cost */
  const evaluate = (key, cost) => client.evalshaBuffer(digest, 1, keyOf(key), ...args, 1, 1, cost, -1);
  return {
    check: async (key) => (await evaluate(key, 1))[0] === 1,
    async used(key, window) {
      const reply = await evaluate(key, 0);
      const at = 1 + 16 * window;
      return reply.readUInt32BE(at) - reply.readUInt32BE(at + 4);
    },
    close: async () => redis.disconnect(),
  };
}
