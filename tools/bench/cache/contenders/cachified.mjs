import { cachified, totalTtl } from '@epic-web/cachified';
import { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { ttlMs } from './contender.mjs';

/** @typedef {import('./contender.mjs').Open} Open */
/** @typedef {import('@epic-web/cachified').Cache} Cache */
/** @typedef {import('@epic-web/cachified').CacheEntry<unknown>} CacheEntry */

/**
 * It has no stores of its own: these are the adapters of its documentation, the remote one with ioredis. It has a
 * single tier, no tags and no coherence between processes.
 *
 * @type {Open}
 */
export async function openCachified({ url, prefix, tiers }) {
  const redis = tiers === 'local' ? undefined : new Redis(url);
  redis?.on('error', () => {});
  const cache = redis === undefined ? memory() : remote(redis, prefix);
  return {
    read: (key, load) => cachified({ key, cache, ttl: ttlMs, getFreshValue: load }),
    invalidate: async (key) => cache.delete(key),
    close: async () => redis?.disconnect(),
  };
}

/** @returns {Cache} */
function memory() {
  /** @type {LRUCache<string, CacheEntry>} */
  const entries = new LRUCache({ max: 10_000 });
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
