/**
 * A value is loaded once, then read from the cache, and loaded again after something that it depends on has changed.
 */
import { connect, createCache, parseRedisUrl } from '@bookedbarber/redis-tier';

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const redis = connect({ server: parseRedisUrl(url), name: 'example', commandTimeoutMs: 5000 }, () => {});
const cache = createCache({
  redis,
  prefix: `example-${process.pid}`,
  policies: { menu: { ttlMs: 60_000, staleWhileRevalidateMs: 30_000, staleIfErrorMs: 600_000 } },
});
await cache.ready(5000);

type Dish = { name: string; cents: number };
let database: Dish[] = [{ name: 'soup', cents: 480 }];

function menuOf(restaurant: string): Promise<{ source: string; value: readonly Dish[] }> {
  return cache.policy('menu').get<readonly Dish[]>({
    namespace: restaurant,
    key: 'menu',
    tags: ['dishes', 'prices'],
    load: async () => database,
  });
}

const first = await menuOf('corner-house');
console.log(first.source, first.value[0]?.cents);

const second = await menuOf('corner-house');
console.log(second.source === 'miss' ? 'loaded again' : 'cached', second.value[0]?.cents);

// Commit the change first. From the acknowledgement on, no process reads the old price as fresh.
database = [{ name: 'soup', cents: 520 }];
const { applied } = await cache.invalidate('corner-house', ['prices']);
const third = await menuOf('corner-house');
console.log(applied, third.source, third.value[0]?.cents);

await cache.close();
redis.disconnect();
