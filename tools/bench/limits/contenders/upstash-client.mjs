import { createHash } from 'node:crypto';

/**
 * @upstash/ratelimit is designed for Redis over REST, but calls only `evalsha` and `eval` of its client. This client
 * implements the two with ioredis, so that the limiter is measured without the overhead of REST.
 *
 * Its scripts begin with a line that Redis rejects ("Unexpected flag in script shebang: allow-key-locking"). This
 * client removes that line and maps the digest of the original script to that of the modified one.
 *
 * @param {import('../../../../dev/services/redis/redis-client.mjs').Redis} redis
 */
export function upstashClient(redis) {
  /** @type {Map<string, string>} */
  const digests = new Map();
  const client = {
    /** @param {string} digest @param {string[]} keys @param {unknown[]} args */
    async evalsha(digest, keys, args) {
      const ours = digests.get(digest);
      if (ours === undefined) throw new Error('NOSCRIPT');
      return redis.evalsha(ours, keys.length, ...keys, ...args.map(String));
    },
    /** @param {string} script @param {string[]} keys @param {unknown[]} args */
    async eval(script, keys, args) {
      const plain = script.replace(/^#!.*/, '');
      digests.set(sha1(script), sha1(plain));
      return redis.eval(plain, keys.length, ...keys, ...args.map(String));
    },
  };
  return /** @type {import('@upstash/redis').Redis} */ (/** @type {unknown} */ (client));
}

const sha1 = (/** @type {string} */ text) => createHash('sha1').update(text).digest('hex');
