import type {
  AlertList,
  MessagePauseResult,
  MessageResumeResult,
  MessageStats,
} from '@bookedbarber/contract';
import { type RedisServerProcess, startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type MailServer, startMailServer } from '../../support/jobs/mail-server.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';

let redis: RedisServerProcess;
let mailServer: MailServer;
let shop: MailShop;
beforeAll(async () => {
  redis = await startRedisServer(inject('redisBinary'));
});
afterAll(() => redis.close());
beforeEach(async () => {
  mailServer = await startMailServer();
});
afterEach(async () => {
  await shop.close();
  await mailServer.stop();
});

async function pause(target: string): Promise<MessagePauseResult> {
  const body = { target, reason: 'provider outage', by: 'Ada' };
  return (await shop.asOperator('POST', '/api/v1/messages/pause', body)).body;
}
const resume = async (target: string): Promise<MessageResumeResult> =>
  (await shop.asOperator('POST', '/api/v1/messages/resume', { target, by: 'Ada' })).body;
const stats = async (): Promise<MessageStats> =>
  (await shop.asOperator('GET', '/api/v1/messages/stats')).body;
const statesOf = async () => Object.keys(await shop.counts());
const queueInUse = (worker: ReturnType<MailShop['startWorker']>) =>
  until(
    'the queue is in use',
    () => worker.jobs.status().by,
    (by) => by === 'queue',
  );
const allSent = (count: number) =>
  until(
    'all messages are sent',
    () => shop.counts(),
    ({ sent }) => sent === count,
  );

/** Waits for several polls of the worker, in which it would have sent due messages. */
async function polls(worker: ReturnType<MailShop['startWorker']>): Promise<void> {
  for (let poll = 0; poll < 3; poll += 1) {
    worker.jobs.wake();
    const before = await countScans();
    await until(
      'the worker has polled',
      () => countScans(),
      (now) => now > before,
    );
  }
}

/** PostgreSQL's scan count of the table of pauses, which grows with each poll. */
async function countScans(): Promise<number> {
  const { rows } = await sql<{ scans: string }>`
    SELECT coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0) AS scans FROM pg_stat_user_tables
    WHERE relname = 'outbox_pause'`.execute(shop.context.db);
  return Number(rows[0]?.scans);
}

test('a pause survives FLUSHALL: no mail is sent until it ends, and then each mail once', async () => {
  shop = await openMailShop({ redisUrl: redis.url, smtpUrl: mailServer.url });
  const worker = shop.startWorker();
  await queueInUse(worker);
  await shop.book(0);
  await allSent(1);
  await pause('all');
  for (let number = 1; number < 6; number += 1) await shop.book(number);
  await redis.admin.flushall();
  await polls(worker);
  expect(mailServer.mails).toHaveLength(1);
  expect(await statesOf()).not.toContain('enqueued');
  expect(await resume('all')).toMatchObject({
    resumed: { target: 'all', resumed_by: 'Ada' },
    still_paused: [],
  });
  await allSent(6);
  expect(mailServer.mails).toHaveLength(6);
});

test('without Redis, polling respects a pause of one kind', async () => {
  shop = await openMailShop({ redisUrl: null, smtpUrl: mailServer.url });
  await pause('kind:confirmation');
  const worker = shop.startWorker();
  await shop.book(0);
  await polls(worker);
  expect(mailServer.callers).toBe(0);
  await resume('kind:confirmation');
  await allSent(1);
});

test('paused messages count as paused, not as late, and raise no alert within the first hour', async () => {
  shop = await openMailShop({ redisUrl: null, smtpUrl: mailServer.url });
  const codes = async () => {
    const { body } = await shop.asOperator('GET', '/api/v1/cache/alerts');
    return (body as AlertList).alerts.map(({ code }) => code);
  };
  await shop.book(0);
  await pause('kind:confirmation');
  shop.clock.forward(10 * 60_000);
  expect(await stats()).toMatchObject({
    late: 0,
    lag_seconds: 0,
    paused: 1,
    pauses: [{ target: 'kind:confirmation', paused_by: 'Ada', reason: 'provider outage' }],
    kinds: [{ kind: 'confirmation', waiting: 1 }],
  });
  expect(await codes()).not.toContain('messages_paused');
  expect(await codes()).not.toContain('messages_late');
  shop.clock.forward(60 * 60_000);
  expect(await codes()).toContain('messages_paused');
  await resume('kind:confirmation');
  expect(await codes()).toContain('messages_late');
});
