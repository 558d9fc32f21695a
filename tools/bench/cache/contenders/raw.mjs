import { Redis as OlderRedis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { Redis } from '../../../../dev/services/redis/redis-client.mjs';
import { openClient } from './client.mjs';
import { maxEntries, ttlMs } from './contender.mjs';

/** @typedef {import('./contender.mjs').Open} Open */
/** @typedef {import('./contender.mjs').Setting} Setting */

/**
 * The lower bound: lru-cache as the local cache; GET and JSON.parse by an ioredis client with its default settings. It
 * has no tags and no stampede protection: every caller of a missing key runs the loader.
 *
 * @type {Open}
 */
export async function openRaw(setting) {
  return setting.tiers === 'local' ? openMemory() : openRedis(setting);
}

/** @returns {import('./contender.mjs').Contender} */
function openMemory() {
  /** @type {LRUCache<string, object>} */
  const entries = new LRUCache({ max: maxEntries, ttl: ttlMs });
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

/** @param {Setting} setting @returns {Promise<import('./contender.mjs').Contender>} */
async function openRedis({ url, prefix, autoPipelining = false, olderClient = false }) {
  const options = { enableAutoPipelining: autoPipelining };
  const redis = olderClient
    ? await openClient(OlderRedis, url, options)
    : await openClient(Redis, url, options);
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
