import KeyvRedis, { createKeyvNonBlocking } from '@keyv/redis';
import { RedisMessageProvider } from '@qified/redis';
import { Cacheable, createKeyv } from 'cacheable';
import { Keyv } from 'keyv';
import { maxEntries, ttlMs } from './contender.mjs';

/** @typedef {import('./contender.mjs').Open} Open */

/**
 * Set up as in its README (https://github.com/jaredwray/cacheable/tree/main/packages/cacheable#readme), with CacheableSync
 * between processes. By reference: the default store without clones. For outages: "Non-Blocking with @keyv/redis" there.
 * Its Redis client is node-redis, which pipelines by itself.
 *
 * It always has a local cache. To measure Redis alone, that cache gets a store that retains nothing.
 *
 * @type {Open}
 */
export async function openCacheable(setting) {
  const { url, prefix, tiers, tagged, byReference = false, forOutages = false } = setting;
  const cache = new Cacheable({
    ttl: ttlMs,
    namespace: prefix,
    ...(tiers === 'remote' ? { primary: nothing() } : {}),
    ...(byReference ? { primary: createKeyv({ lruSize: maxEntries, useClone: false }) } : {}),
    ...(tiers === 'local'
      ? {}
      : { secondary: forOutages ? createKeyvNonBlocking(url) : new Keyv(new KeyvRedis(url)) }),
    ...(tiers === 'both' ? { sync: { qified: messages(url) } } : {}),
    tags: tagged,
    nonBlocking: forOutages,
  });
  cache.on('error', () => {});
  return {
    read: (key, load) =>
      cache.getOrSet(key, load, { ttl: ttlMs, ...(tagged ? { tags: [`tag-${key}`] } : {}) }),
    invalidate: (key) => (tagged ? cache.tags.invalidateTag(`tag-${key}`) : cache.delete(key)),
    close: () => cache.disconnect(),
  };
}

/** Like its default store, it does not serialize. */
function nothing() {
  const map = new Map();
  map.set = () => map;
  const keyv = new Keyv({ store: map });
  keyv.serialize = undefined;
  keyv.deserialize = undefined;
  return keyv;
}

/** Adds error listeners to its clients: an unhandled error event would end the process. @param {string} url */
function messages(url) {
  const provider = new RedisMessageProvider({ uri: url });
  for (const name of ['pub', 'sub']) Reflect.get(provider, name).on('error', () => {});
  return provider;
}
