import { createHash } from 'node:crypto';

/**
 * @upstash/ratelimit is made for Redis behind REST. Of its client it calls `evalsha` and `eval` alone, so it gets those two
 * of ioredis: what is measured is the limiter, without what REST would add.
 *
 * Its scripts begin with a line that Redis refuses ("Unexpected flag in script shebang: allow-key-locking"): the line is
 * left out, and what it calls by the digest of the one is called by the digest of the other.
 *
 * @param {import('../../../dev/services/redis/redis-client.mjs').Redis} redis
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
