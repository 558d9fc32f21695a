import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';
import { failFast, openClient } from './client.mjs';
import { maxEntries, ttlMs } from './contender.mjs';

/** @typedef {import('./contender.mjs').Open} Open */

/**
 * Its peer dependency excludes ioredis 6, so it uses 5. By reference: `serialize: false`
 * (https://bentocache.dev/docs/cache-drivers). With both tiers it has a bus (https://bentocache.dev/docs/multi-tier),
 * and the grace period and timeouts of its examples (https://bentocache.dev/docs/timeouts). For outages it also has its
 * circuit breaker for Redis (https://bentocache.dev/docs/options). It has no timeout for Redis, so ioredis has one.
 *
 * @type {Open}
 */
export async function openBentocache(setting) {
  const { url, prefix, tiers, tagged, byReference = false, autoPipelining = false } = setting;
  const { forOutages = false } = setting;
  const { hostname, port } = new URL(url);
  const store = bentostore();
  if (tiers !== 'remote') store.useL1Layer(memoryDriver({ maxItems: maxEntries, serialize: !byReference }));
  if (tiers !== 'local') {
    const options = { enableAutoPipelining: autoPipelining, ...(forOutages ? failFast : {}) };
    store.useL2Layer(redisDriver({ connection: await openClient(Redis, url, options) }));
  }
  if (tiers === 'both') {
    // The bus subscribes before its connection is open, so it needs the offline queue.
    const queue = { ...failFast, enableOfflineQueue: true };
    const connection = { host: hostname, port: Number(port), ...(forOutages ? queue : {}) };
    store.useBus(redisBusDriver({ connection }));
  }
  const bento = new BentoCache({
    default: 'days',
    prefix,
    ttl: ttlMs,
    stores: { days: store },
    ...(tiers === 'both' ? { grace: '6h', timeout: '200ms', hardTimeout: '1s' } : {}),
    ...(forOutages ? { l2CircuitBreakerDuration: '1s' } : {}),
  });
  return {
    read: (key, load) => bento.getOrSet({ key, factory: load, ...(tagged ? { tags: [`tag-${key}`] } : {}) }),
    invalidate: (key) => (tagged ? bento.deleteByTag({ tags: [`tag-${key}`] }) : bento.delete({ key })),
    close: () => bento.disconnectAll(),
  };
}
