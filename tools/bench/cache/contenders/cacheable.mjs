import KeyvRedis from '@keyv/redis';
import { RedisMessageProvider } from '@qified/redis';
import { Cacheable } from 'cacheable';
import { Keyv } from 'keyv';
import { ttlMs } from './contender.mjs';

/** @typedef {import('./contender.mjs').Open} Open */

/**
 * It always has a local cache. To measure Redis alone, that cache gets a store that retains nothing.
 *
 * @type {Open}
 */
export async function openCacheable({ url, prefix, tiers, tagged }) {
  const cache = new Cacheable({
    ttl: ttlMs,
    namespace: prefix,
    ...(tiers === 'remote' ? { primary: new Keyv({ store: nothing() }) } : {}),
    ...(tiers === 'local' ? {} : { secondary: new Keyv(new KeyvRedis(url)) }),
    ...(tiers === 'both' ? { sync: { qified: messages(url) } } : {}),
    tags: tagged,
  });
  cache.on('error', () => {});
  return {
    read: (key, load) =>
      cache.getOrSet(key, load, { ttl: ttlMs, ...(tagged ? { tags: [`tag-${key}`] } : {}) }),
    invalidate: (key) => (tagged ? cache.tags.invalidateTag(`tag-${key}`) : cache.delete(key)),
    close: () => cache.disconnect(),
  };
}

/** @returns {Map<string, unknown>} */
function nothing() {
  const map = new Map();
  map.set = () => map;
  return map;
}

/** Adds error listeners to its clients: an unhandled error event would end the process. @param {string} url */
function messages(url) {
  const provider = new RedisMessageProvider({ uri: url });
  for (const name of ['pub', 'sub']) Reflect.get(provider, name).on('error', () => {});
  return provider;
}
