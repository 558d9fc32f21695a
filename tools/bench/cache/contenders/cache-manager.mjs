import KeyvRedis from '@keyv/redis';
import { createCache } from 'cache-manager';
import { CacheableMemory } from 'cacheable';
import { Keyv } from 'keyv';
import { ttlMs } from './contender.mjs';

/** @typedef {import('./contender.mjs').Open} Open */

/** It has no tags and does not keep the local caches of several processes coherent. @type {Open} */
export async function openCacheManager({ url, prefix, tiers }) {
  const stores = [];
  if (tiers !== 'remote') stores.push(new Keyv({ store: new CacheableMemory({ lruSize: 10_000 }) }));
  if (tiers !== 'local') stores.push(new Keyv(new KeyvRedis(url), { namespace: prefix }));
  for (const store of stores) store.on('error', () => {});
  const cache = createCache({ stores, ttl: ttlMs });
  return {
    read: (key, load) => cache.wrap(key, load),
    invalidate: (key) => cache.del(key),
    close: async () => void (await cache.disconnect()),
  };
}
