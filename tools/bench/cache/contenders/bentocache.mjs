import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { ttlMs } from './contender.mjs';

/** @typedef {import('./contender.mjs').Open} Open */

/** @type {Open} */
export async function openBentocache({ url, prefix, tiers, tagged }) {
  const { hostname, port } = new URL(url);
  const connection = { host: hostname, port: Number(port) };
  const store = bentostore();
  if (tiers !== 'remote') store.useL1Layer(memoryDriver({ maxItems: 10_000 }));
  if (tiers !== 'local') store.useL2Layer(redisDriver({ connection }));
  if (tiers === 'both') store.useBus(redisBusDriver({ connection }));
  const bento = new BentoCache({ default: 'days', prefix, ttl: ttlMs, stores: { days: store } });
  return {
    read: (key, load) => bento.getOrSet({ key, factory: load, ...(tagged ? { tags: [`tag-${key}`] } : {}) }),
    invalidate: (key) => (tagged ? bento.deleteByTag({ tags: [`tag-${key}`] }) : bento.delete({ key })),
    close: () => bento.disconnectAll(),
  };
}
