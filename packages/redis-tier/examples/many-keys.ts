/** Reads the days of a week in one step and loads the missing ones in one call. */
import { connect, createCache, parseRedisUrl } from '@bookedbarber/redis-tier';

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const redis = connect({ server: parseRedisUrl(url), name: 'example', commandTimeoutMs: 5000 }, () => {});
const cache = createCache({
  redis,
  prefix: `example-${process.pid}`,
  policies: { days: { ttlMs: 3_600_000 } },
});
await cache.ready(5000);

const dates = Array.from({ length: 7 }, (_, day) => `2026-11-2${day}`);
const queries: string[] = [];

async function week(): Promise<number> {
  const days = await cache.policy('days').getMany<number>({
    namespace: 'corner-house',
    // Tags are a function of the key, never of the loaded value.
    items: dates.map((date) => ({ key: date, tags: [`day:${date}`] })),
    load: async (missing) => {
      queries.push(missing.join(' '));
      return new Map(missing.map((date) => [date, Number(date.slice(-2))]));
    },
  });
  return [...days.values()].reduce((sum, { value }) => sum + value, 0);
}

console.log(await week());
await cache.invalidate('corner-house', ['day:2026-11-23']);
console.log(await week());
console.log(queries.length, 'queries, the last one for', queries.at(-1));

await cache.close();
redis.disconnect();
