/**
 * A process of a fleet: it looks one key up many times at once when it is told to, and says what it got and how often it
 * loaded.
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
    const asked = Array.from({ length: Number(callers) }, () =>
      cache.policy('days').get({ namespace: 'shop', key: 'hot', tags: ['day'], load }),
    );
    const values = (await Promise.all(asked)).map(({ value }) => value);
    process.send?.({ loads, values: [...new Set(values)] });
    await cache.close();
    redis.disconnect();
    process.disconnect();
  })();
});
process.send?.('ready');
