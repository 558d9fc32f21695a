/**
 * A process that, on a message, looks up one key many times concurrently, and reports the values and the number of
 * loads.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { openCache } from './cache-bench.ts';

const [url = '', prefix = '', callers = '1'] = process.argv.slice(2);
const { cache, redis } = await openCache(url, {
  prefix,
  policies: { days: { ttlMs: 60_000, leaseMs: 60_000, leaseWaitMs: 60_000 } },
});

process.once('message', () => {
  void (async () => {
    let loads = 0;
    const load = async (): Promise<string> => {
      loads += 1;
      await delay(100);
      return `loaded by ${process.pid}`;
    };
    const lookups = Array.from({ length: Number(callers) }, () =>
      cache.policy('days').get({ namespace: 'shop', key: 'hot', tags: ['day'], load }),
    );
    const values = (await Promise.all(lookups)).map(({ value }) => value);
    process.send?.({ loads, values: [...new Set(values)] });
    await cache.close();
    redis.disconnect();
    process.disconnect();
  })();
});
process.send?.('ready');
