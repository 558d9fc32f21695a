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

async function pause(what: string): Promise<MessagePauseResult> {
  const body = { target: what, reason: 'the provider has trouble', by: 'Ada' };
  return (await shop.asOperator('POST', '/api/v1/messages/pause', body)).body;
}
const resume = async (what: string): Promise<MessageResumeResult> =>
  (await shop.asOperator('POST', '/api/v1/messages/resume', { target: what, by: 'Ada' })).body;
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
    'all is sent',
    () => shop.counts(),
    ({ sent }) => sent === count,
  );

/** Every look of the worker that could send something has taken place: several loops went by. */
async function looks(worker: ReturnType<MailShop['startWorker']>): Promise<void> {
  for (let look = 0; look < 3; look += 1) {
    worker.jobs.wake();
    const before = await reported();
    await until(
      'the worker has looked',
      () => reported(),
      (now) => now > before,
    );
  }
}

/** What the database counts of statements on the outbox: it grows with each look. */
async function reported(): Promise<number> {
  const { rows } = await sql<{ scans: string }>`
    SELECT coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0) AS scans FROM pg_stat_user_tables
    WHERE relname = 'outbox_pause'`.execute(shop.context.db);
  return Number(rows[0]?.scans);
}

test('a pause outlives a FLUSHALL: nothing goes out until it is ended, and then each mail once', async () => {
  shop = await openMailShop({ redisUrl: redis.url, smtpUrl: mailServer.url });
  const worker = shop.startWorker();
  await queueInUse(worker);
  await shop.book(0);
  await allSent(1);
  await pause('all');
  for (let number = 1; number < 6; number += 1) await shop.book(number);
  await redis.admin.flushall();
  await looks(worker);
  expect(mailServer.mails).toHaveLength(1);
  expect(await statesOf()).not.toContain('enqueued');
  expect(await resume('all')).toMatchObject({
    resumed: { target: 'all', resumed_by: 'Ada' },
    still_paused: [],
  });
  await allSent(6);
  expect(mailServer.mails).toHaveLength(6);
});

test('without Redis the drain keeps to a pause of a kind', async () => {
  shop = await openMailShop({ redisUrl: null, smtpUrl: mailServer.url });
  await pause('kind:confirmation');
  const worker = shop.startWorker();
  await shop.book(0);
  await looks(worker);
  expect(mailServer.callers).toBe(0);
  await resume('kind:confirmation');
  await allSent(1);
});

test('held messages are not late: they are told as held, and raise no alarm before the pause is long', async () => {
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
    pauses: [{ target: 'kind:confirmation', paused_by: 'Ada', reason: 'the provider has trouble' }],
    kinds: [{ kind: 'confirmation', waiting: 1 }],
  });
  expect(await codes()).not.toContain('messages_paused');
  expect(await codes()).not.toContain('messages_late');
  shop.clock.forward(60 * 60_000);
  expect(await codes()).toContain('messages_paused');
  await resume('kind:confirmation');
  expect(await codes()).toContain('messages_late');
});
