import { cachified, totalTtl } from '@epic-web/cachified';
import { LRUCache } from 'lru-cache';
import { Redis } from '../../../../dev/services/redis/redis-client.mjs';
import { failFast, openClient } from './client.mjs';
import { maxEntries, ttlMs } from './contender.mjs';

/** @typedef {import('./contender.mjs').Open} Open */
/** @typedef {import('@epic-web/cachified').Cache} Cache */
/** @typedef {import('@epic-web/cachified').CacheEntry<unknown>} CacheEntry */

/**
 * It has no stores of its own: the local one is the adapter of its README (https://github.com/epicweb-dev/cachified#readme),
 * the remote one does the same as the cachified-redis-adapter named there, with the ioredis client of `raw`. It has a
 * single tier, no tags and no coherence between processes. It documents nothing for outages: its calls reject when its
 * store does, so the adapter then reports a failed command as a miss, and the client has a deadline.
 *
 * @type {Open}
 */
export async function openCachified({ url, prefix, tiers, autoPipelining = false, forOutages = false }) {
  if (tiers === 'local') return contender(memory(), async () => {});
  const options = { enableAutoPipelining: autoPipelining, ...(forOutages ? failFast : {}) };
  const redis = await openClient(Redis, url, options);
  const cache = remote(redis, prefix);
  return contender(forOutages ? withoutErrors(cache) : cache, async () => redis.disconnect());
}

/** @param {Cache} cache @param {() => Promise<void>} close @returns {import('./contender.mjs').Contender} */
function contender(cache, close) {
  return {
    read: (key, load) => cachified({ key, cache, ttl: ttlMs, getFreshValue: load }),
    invalidate: async (key) => cache.delete(key),
    close,
  };
}

/** @returns {Cache} */
function memory() {
  /** @type {LRUCache<string, CacheEntry>} */
  const entries = new LRUCache({ max: maxEntries });
  return {
    get: (key) => entries.get(key),
    set: (key, entry) => {
      const ttl = totalTtl(entry.metadata);
      return entries.set(key, entry, ttl === Number.POSITIVE_INFINITY ? {} : { ttl });
    },
    delete: (key) => entries.delete(key),
  };
}

/** @param {Redis} redis @param {string} prefix @returns {Cache} */
function remote(redis, prefix) {
  return {
    get: async (key) => {
      const text = await redis.get(`${prefix}:${key}`);
      return text === null ? null : JSON.parse(text);
    },
    set: (key, entry) => redis.set(`${prefix}:${key}`, JSON.stringify(entry), 'PX', totalTtl(entry.metadata)),
    delete: (key) => redis.del(`${prefix}:${key}`),
  };
}

/** @param {Cache} cache @returns {Cache} */
function withoutErrors({ get, set, delete: remove }) {
  return {
    get: async (key) => Promise.resolve(get(key)).catch(() => null),
    set: async (key, entry) => Promise.resolve(set(key, entry)).catch(() => null),
    delete: async (key) => Promise.resolve(remove(key)).catch(() => null),
  };
}
