/** Hooks for tracing and alerting: two channels of node:diagnostics_channel, and counts for each policy. */
import { subscribe, tracingChannel } from 'node:diagnostics_channel';
import { type CacheEvent, connect, createCache, parseRedisUrl } from '@bookedbarber/redis-tier';
import { type CacheLoadTrace, cacheEventChannel, cacheLoadChannel } from '@bookedbarber/redis-tier/cache';

subscribe(cacheEventChannel, (event) => {
  const { type } = event as CacheEvent;
  if (type === 'up' || type === 'load-failed') console.log('event:', type);
});

// A load runs in the async context of the caller that began it. For spans of OpenTelemetry there is `traceLoads` in
// `@bookedbarber/redis-tier/opentelemetry`.
tracingChannel<unknown, CacheLoadTrace>(cacheLoadChannel).subscribe({
  start: ({ policy, keys }) => console.log('load begins:', policy, keys.join(' ')),
  asyncEnd: ({ policy }) => console.log('load ends:', policy),
  end: () => {},
  asyncStart: () => {},
  error: () => {},
});

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const redis = connect({ server: parseRedisUrl(url), name: 'example', commandTimeoutMs: 5000 }, () => {});
const cache = createCache({
  redis,
  prefix: `example-${process.pid}`,
  policies: { menu: { ttlMs: 60_000 } },
});
await cache.ready(5000);
const address = { namespace: 'corner-house', key: 'menu' };
await cache.policy('menu').get({ ...address, load: async () => 'soup' });
await cache.policy('menu').get({ ...address, load: async () => 'soup' });
const { misses, loads } = cache.statistics().total;
console.log({ misses, loads });

await cache.close();
redis.disconnect();
