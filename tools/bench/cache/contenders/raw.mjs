import { connect, serverOf } from '@bookedbarber/redis-tier/connection';
import { LRUCache } from 'lru-cache';
import { ttlMs } from './contender.mjs';

/** @typedef {import('./contender.mjs').Open} Open */

/**
 * The least that can be done: lru-cache for the memory of the process; GET, and JSON.parse, by the client that the tier
 * itself uses. No tags, no protection, one loader for each caller.
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
  const redis = connect({ server: serverOf(url), name: 'raw', commandTimeoutMs: 5000 }, () => {});
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
