import { defaultJobsTuning } from '@bookedbarber/redis-tier/jobs';
import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type MailServer, startMailServer } from '../../support/jobs/mail-server.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';
import { startWorkerProcess } from '../../support/jobs/worker-process.ts';

let mailServer: MailServer;
let shop: MailShop;

beforeEach(async () => {
  mailServer = await startMailServer();
  shop = await openMailShop({ redisUrl: inject('redisUrl'), smtpUrl: mailServer.url });
});
afterEach(async () => {
  await shop.close();
  await mailServer.stop();
});

const rowOf = async (bookingId: string) =>
  shop.context.db
    .selectFrom('outboxMessage')
    .select(['state', 'attempts', 'unknownOutcomes'])
    .where('bookingId', '=', bookingId)
    .executeTakeFirstOrThrow();
/** No worker loses a claim of this length because it was held up; the others wait for its end by the shop's clock, in ms. */
const long = { leaseMs: 60_000 };
/** For a worker that is to lose its claim, in ms. */
const brief = { leaseMs: 5000 };

test('kill -9 before the server was given anything: another worker claims again, and one mail is sent', async () => {
  const release = mailServer.holdGreeting();
  const worker = await startWorkerProcess(shop, long);
  const { booking } = await shop.book(0);
  await until(
    'the server is called',
    () => mailServer.callers,
    (count) => count === 1,
  );
  worker.signal('SIGKILL');
  await worker.exited;
  release();
  shop.startWorker(long);
  shop.clock.forward(long.leaseMs);
  const row = await until(
    'it is sent',
    () => rowOf(booking.id),
    ({ state }) => state === 'sent',
  );
  expect(row).toMatchObject({ attempts: 2, unknownOutcomes: 1 });
  expect(mailServer.mails).toHaveLength(1);
});

test('kill -9 in the middle of a mail, with the times as shipped: claimed again within 15 s', {
  timeout: 90_000,
}, async () => {
  const release = mailServer.hold();
  const worker = await startWorkerProcess(shop, defaultJobsTuning);
  const { booking } = await shop.book(0);
  await until(
    'the server has the content',
    () => mailServer.waiting,
    (count) => count === 1,
  );
  const other = shop.startWorker(defaultJobsTuning);
  await until(
    'the other one is up',
    () => other.jobs.status().by,
    (by) => by === 'queue',
  );
  worker.signal('SIGKILL');
  const killedMs = performance.now();
  await worker.exited;
  release();
  await until(
    'it is claimed again',
    () => rowOf(booking.id),
    ({ attempts }) => attempts === 2,
  );
  // The length of a claim and a look of the reconciler are 12 s; a busy machine may be late by some more.
  expect(performance.now() - killedMs).toBeLessThan(25_000);
});

test('kill -9 after the server was given everything: sent again once, under the same Message-ID, and counted', async () => {
  const release = mailServer.hold();
  const worker = await startWorkerProcess(shop, long);
  const { booking } = await shop.book(0);
  await until(
    'the server has the content',
    () => mailServer.waiting,
    (count) => count === 1,
  );
  worker.signal('SIGKILL');
  await worker.exited;
  release();
  shop.startWorker(long);
  shop.clock.forward(long.leaseMs);
  const row = await until(
    'it is sent',
    () => rowOf(booking.id),
    ({ state }) => state === 'sent',
  );
  expect(row).toMatchObject({ attempts: 2, unknownOutcomes: 1 });
  expect(mailServer.mails).toHaveLength(2);
  expect(new Set(mailServer.mails.map((mail) => mail.messageId)).size).toBe(1);
});

test('a worker that was frozen for longer than its claim sends nothing when it thaws', async () => {
  const release = mailServer.holdGreeting();
  const worker = await startWorkerProcess(shop, brief);
  const { booking } = await shop.book(0);
  await until(
    'the server is called',
    () => mailServer.callers,
    (count) => count === 1,
  );
  worker.signal('SIGSTOP');
  release();
  shop.startWorker();
  await until(
    'it is sent',
    () => rowOf(booking.id),
    ({ state }) => state === 'sent',
  );
  expect(mailServer.mails).toHaveLength(1);
  worker.signal('SIGCONT');
  // It goes on from where it stood, with a claim that is no longer its own, and gives up.
  await until(
    'it hangs up',
    () => mailServer.open,
    (count) => count === 0,
  );
  worker.signal('SIGTERM');
  expect(await worker.exited).toBe(0);
  expect(mailServer.mails).toHaveLength(1);
});

test('SIGTERM: what was begun is finished, what was not is returned at once, and no mail comes twice', async () => {
  const release = mailServer.hold();
  const worker = await startWorkerProcess(shop, {});
  const begun = await shop.book(0);
  await until(
    'the server has the content',
    () => mailServer.waiting,
    (count) => count === 1,
  );
  const releaseGreeting = mailServer.holdGreeting();
  const notBegun = await shop.book(1);
  await until(
    'the server is called again',
    () => mailServer.callers,
    (count) => count === 2,
  );
  worker.signal('SIGTERM');
  await until(
    'it is returned',
    () => rowOf(notBegun.booking.id),
    ({ attempts }) => attempts === 0,
  );
  expect(await rowOf(begun.booking.id)).toMatchObject({ state: 'sending' });
  release();
  expect(await worker.exited).toBe(0);
  expect(await rowOf(begun.booking.id)).toMatchObject({ state: 'sent' });
  releaseGreeting();
  shop.startWorker();
  await until(
    'it is sent',
    () => rowOf(notBegun.booking.id),
    ({ state }) => state === 'sent',
  );
  expect(mailServer.mails).toHaveLength(2);
});
