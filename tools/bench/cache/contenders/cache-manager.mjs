import { createKeyvNonBlocking, createKeyv as createKeyvRedis } from '@keyv/redis';
import { createCache } from 'cache-manager';
import { CacheableMemory, createKeyv } from 'cacheable';
import { Keyv } from 'keyv';
import { maxEntries, ttlMs } from './contender.mjs';

/** @typedef {import('./contender.mjs').Open} Open */

/**
 * The two stores of its README (https://github.com/jaredwray/cacheable/tree/main/packages/cache-manager#readme), and by
 * reference the one of its section on CacheableMemory without clones. For outages: `nonBlocking` there, with the Redis
 * store that @keyv/redis documents for it (https://github.com/jaredwray/keyv/tree/main/storage/redis#readme). It has no
 * tags and does not keep the local caches of several processes coherent. Its Redis client is node-redis, which
 * pipelines by itself.
 *
 * @type {Open}
 */
export async function openCacheManager({ url, prefix, tiers, byReference = false, forOutages = false }) {
  const stores = [];
  if (tiers !== 'remote')
    stores.push(
      byReference
        ? createKeyv({ lruSize: maxEntries, useClone: false })
        : new Keyv({ store: new CacheableMemory({ lruSize: maxEntries }) }),
    );
  if (tiers !== 'local') {
    const create = forOutages ? createKeyvNonBlocking : createKeyvRedis;
    stores.push(create(url, { namespace: prefix }));
  }
  for (const store of stores) store.on('error', () => {});
  const cache = createCache({ stores, ttl: ttlMs, nonBlocking: forOutages });
  return {
    read: (key, load) => cache.wrap(key, load),
    invalidate: (key) => cache.del(key),
    close: async () => void (await cache.disconnect()),
  };
}
