/** Clients as applications create them, with whatever options they use. */
import { until } from '@bookedbarber/redis-tier/testing';
import { Redis, type RedisOptions } from 'ioredis';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { createCache } from '../../../packages/redis-tier/src/cache/index.ts';
import { UnsupportedClientError } from '../../../packages/redis-tier/src/connection/index.ts';
import { startJobs } from '../../../packages/redis-tier/src/jobs/index.ts';
import { createLimiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { ownPrefix } from '../../support/redis-tier/cache-bench.ts';

const opened: { end(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource.end();
});

function clientOf(options: Omit<RedisOptions, 'replyMapping'>): Redis {
  const redis = new Redis(inject('redisUrl'), options);
  opened.push({ end: () => redis.disconnect() });
  return redis;
}

describe.each<Omit<RedisOptions, 'replyMapping'>>([
  {},
  { lazyConnect: true },
  { enableAutoPipelining: true },
  {
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  },
  { maxRetriesPerRequest: null, connectionName: 'app' },
  { protocol: 2 },
  { db: 2 },
])('with the client options %j', (options) => {
  test('one cache receives the invalidations of another', async () => {
    const prefix = ownPrefix();
    const open = () => {
      const cache = createCache({
        redis: clientOf(options),
        prefix,
        policies: { days: { ttlMs: 600_000 } },
        deadlineMs: 5000,
      });
      opened.push({ end: () => cache.close(0) });
      return cache;
    };
    const [one, other] = [open(), open()];
    expect([await one.ready(30_000), await other.ready(30_000)]).toEqual([true, true]);
    let price = 1;
    const read = () =>
      one.policy('days').get({ namespace: 'shop', key: 'a', tags: ['day'], load: async () => price });
    await until('the entry is in the local tier', async () => (await read()).source === 'local');
    price = 2;
    expect(await other.invalidate('shop', ['day'])).toEqual({ applied: true });
    await until('the cache returns the new price', async () => (await read()).value === 2);
  });

  test('two limiters count together', async () => {
    const prefix = ownPrefix();
    const open = () => {
      const limiter = createLimiter({
        redis: clientOf(options),
        prefix,
        deadlineMs: 5000,
        limits: { default: { windows: { perHour: 10 }, onOutage: 'fail-closed' } },
      });
      opened.push({ end: () => limiter.close() });
      return limiter;
    };
    const limiters = [open(), open()];
    for (const limiter of limiters) await until('it uses Redis', () => limiter.state === 'redis');
    const decisions = await Promise.all(
      Array.from({ length: 20 }, (_, number) => limiters[number % 2]?.check({ limit: 'default', key: 'a' })),
    );
    expect(decisions.filter((decision) => decision?.allowed === true)).toHaveLength(10);
  });
});

test('everything that is given a client with an unsupported option rejects it', () => {
  const redis = clientOf({ lazyConnect: true, keyPrefix: 'app:' });
  const limits = { default: { windows: { perHour: 10 }, onOutage: 'local' } } as const;
  const store = { claim() {}, claimNext() {}, complete() {}, findDue() {} } as never;
  for (const create of [
    () => createCache({ redis, policies: { days: { ttlMs: 1 } } }),
    () => createLimiter({ redis, limits }),
    () =>
      startJobs({ store, handlers: {}, redis: { producer: redis, worker: clientOf({ lazyConnect: true }) } }),
    () =>
      startJobs({ store, handlers: {}, redis: { producer: clientOf({ lazyConnect: true }), worker: redis } }),
  ])
    expect(create).toThrow(UnsupportedClientError);
});
