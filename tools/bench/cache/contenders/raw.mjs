import { connect, parseRedisUrl } from '@bookedbarber/redis-tier/connection';
import { LRUCache } from 'lru-cache';
import { ttlMs } from './contender.mjs';

/** @typedef {import('./contender.mjs').Open} Open */

/**
 * The lower bound: lru-cache as the local cache; GET and JSON.parse with the same Redis client as ours. It has no tags
 * and no stampede protection: every caller of a missing key runs the loader.
 *
 * @type {Open}
 */
export async function openRaw({ url, prefix, tiers }) {
  return tiers === 'local' ? openMemory() : openRedis(url, prefix);
}

/** @returns {import('./contender.mjs').Contender} */
function openMemory() {
  /** @type {LRUCache<string, object>} */
  const entries = new LRUCache({ max: 10_000, ttl: ttlMs });
  return {
    read: async (key, load) => {
      const known = entries.get(key);
      if (known !== undefined) return known;
      const value = /** @type {object} */ (await load());
      entries.set(key, value);
      return value;
    },
    invalidate: async (key) => entries.delete(key),
    close: async () => {},
  };
}

/** @param {string} url @param {string} prefix @returns {Promise<import('./contender.mjs').Contender>} */
async function openRedis(url, prefix) {
  const redis = connect({ server: parseRedisUrl(url), name: 'raw', commandTimeoutMs: 5000 }, () => {});
  await new Promise((resolve) => redis.once('ready', resolve));
  /** @param {string} name @param {import('./contender.mjs').Load} load */
  const store = async (name, load) => {
    const text = JSON.stringify(await load());
    await redis.set(name, text, 'PX', ttlMs);
    return text;
  };
  return {
    read: async (key, load) => {
      const name = `${prefix}:${key}`;
      return JSON.parse((await redis.get(name)) ?? (await store(name, load)));
    },
    readBytes: async (key, load) => {
      const name = `${prefix}:${key}`;
      return (await redis.getBuffer(name)) ?? Buffer.from(await store(name, load));
    },
    invalidate: (key) => redis.unlink(`${prefix}:${key}`),
    close: async () => redis.disconnect(),
  };
}
