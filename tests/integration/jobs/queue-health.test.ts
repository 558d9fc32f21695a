import type { Alert, AlertList, ServerStatus } from '@bookedbarber/contract';
import { type RedisServerProcess, startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { fillNearly } from '../../support/jobs/fill-nearly.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';

let cache: RedisServerProcess;
let queue: RedisServerProcess;
let shop: MailShop;
beforeAll(async () => {
  [cache, queue] = await Promise.all([
    startRedisServer(inject('redisBinary')),
    startRedisServer(inject('redisBinary')),
  ]);
});
afterAll(() => Promise.all([cache.close(), queue.close()]));
afterEach(async () => {
  await shop.close();
  await queue.admin.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '0');
});

async function open(): Promise<void> {
  shop = await openMailShop({ redisUrl: cache.url, smtpUrl: null, env: { REDIS_JOBS_URL: queue.url } });
}
const alertOf = (code: string): Promise<Alert> =>
  until(
    `the alert ${code} is active`,
    async () => ((await shop.asOperator('GET', '/api/v1/cache/alerts')).body as AlertList).alerts,
    (alerts) => alerts.some((alert) => alert.code === code),
  ).then((alerts) => alerts.find((alert) => alert.code === code) as Alert);

test('an alert reports an eviction policy that can remove jobs', async () => {
  await queue.admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await open();
  shop.startWorker();
  expect(await alertOf('queue_eviction_policy')).toMatchObject({
    severity: 'ticket',
    detail: expect.stringContaining('allkeys-lru'),
    remediation: expect.stringContaining('noeviction'),
  });
});

test('an alert reports that the Redis server of the queue is almost full', async () => {
  await open();
  await fillNearly(queue);
  shop.startWorker();
  expect(await alertOf('queue_memory')).toMatchObject({
    remediation: expect.stringContaining('REDIS_JOBS_URL'),
  });
});

test('an alert reports the clock skew between a process and Redis', async () => {
  await open();
  await until(
    'Redis has been sampled',
    async () => ((await shop.asOperator('GET', '/api/v1/status')).body as ServerStatus).redis.clock_skew_ms,
    (skewMs) => skewMs !== null && Math.abs(skewMs) < 2000,
  );
  shop.clock.forward(9000);
  expect(await alertOf('clock_skew')).toMatchObject({
    detail: expect.stringContaining('behind that of this process'),
  });
});
