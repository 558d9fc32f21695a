import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { defaultJobsTuning } from '../../../packages/redis-tier/src/jobs/jobs-options.ts';
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
/** Long enough that a busy machine does not let a lease expire; tests move the clock instead. In ms. */
const long = { leaseMs: 60_000 };
/** For a worker that must lose its lease, in ms. */
const brief = { leaseMs: 5000 };

test('kill -9 before the content: another worker claims the message again, and one mail is sent', async () => {
  const release = mailServer.holdGreeting();
  const worker = await startWorkerProcess(shop, long);
  const { booking } = await shop.book(0);
  await until(
    'the worker has connected',
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

test('kill -9 during a mail, with the shipped tuning: another worker claims the message again within 15 s', {
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
    'the other worker is running',
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
  const { leaseMs, reconcileEveryMs } = defaultJobsTuning;
  expect(leaseMs + reconcileEveryMs).toBeLessThan(15_000);
  // The measured time has a tolerance for busy machines.
  expect(performance.now() - killedMs).toBeLessThan(25_000);
});

test('kill -9 after the content: the mail is resent once, under the same Message-ID, and counted', async () => {
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

test('a worker that was frozen for longer than its lease sends nothing when it resumes', async () => {
  const release = mailServer.holdGreeting();
  const worker = await startWorkerProcess(shop, brief);
  const { booking } = await shop.book(0);
  await until(
    'the worker has connected',
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
  // It continues with an expired lease, and cancels the attempt.
  await until(
    'it has disconnected',
    () => mailServer.open,
    (count) => count === 0,
  );
  worker.signal('SIGTERM');
  expect(await worker.exited).toBe(0);
  expect(mailServer.mails).toHaveLength(1);
});

test('SIGTERM: the worker finishes begun mails, releases the others immediately, and sends no mail twice', async () => {
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
    'the worker has connected again',
    () => mailServer.callers,
    (count) => count === 2,
  );
  worker.signal('SIGTERM');
  await until(
    'it is released',
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
