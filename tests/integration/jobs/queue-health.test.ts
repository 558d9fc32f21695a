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
const told = (code: string): Promise<Alert> =>
  until(
    `${code} is told`,
    async () => ((await shop.asOperator('GET', '/api/v1/cache/alerts')).body as AlertList).alerts,
    (alerts) => alerts.some((alert) => alert.code === code),
  ).then((alerts) => alerts.find((alert) => alert.code === code) as Alert);

test('operators hear of a queue whose server removes jobs, before it has removed any', async () => {
  await queue.admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await open();
  shop.startWorker();
  expect(await told('queue_eviction_policy')).toMatchObject({
    severity: 'ticket',
    detail: expect.stringContaining('allkeys-lru'),
    remediation: expect.stringContaining('noeviction'),
  });
});

test('operators hear that the server of the queue is nearly full', async () => {
  await open();
  await fillNearly(queue);
  shop.startWorker();
  expect(await told('queue_memory')).toMatchObject({
    remediation: expect.stringContaining('REDIS_JOBS_URL'),
  });
});

test('operators hear that the clock of a process and that of Redis differ, and by how much', async () => {
  await open();
  await until(
    'Redis was seen',
    async () => ((await shop.asOperator('GET', '/api/v1/status')).body as ServerStatus).redis.clock_skew_ms,
    (skewMs) => skewMs !== null && Math.abs(skewMs) < 2000,
  );
  shop.clock.forward(9000);
  expect(await told('clock_skew')).toMatchObject({
    detail: expect.stringContaining('behind that of this process'),
  });
});
