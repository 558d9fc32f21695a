import { createServer, type Server } from 'node:net';
import { until } from '@bookedbarber/redis-tier/testing';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createSmtpTransport } from '../../../apps/server/src/notifications/mail/smtp-transport.ts';
import { type MailServer, startMailServer } from '../../support/jobs/mail-server.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';
import { testMail } from '../../support/jobs/test-mail.ts';

let mailServer: MailServer;
let shop: MailShop;

beforeAll(async () => {
  mailServer = await startMailServer();
  shop = await openMailShop({ redisUrl: null, smtpUrl: mailServer.url });
});
afterAll(async () => {
  await shop.close();
  await mailServer.stop();
});
afterEach(async () => {
  await shop.renew();
  mailServer.clear();
});

const rowOf = async (bookingId: string) =>
  shop.context.db
    .selectFrom('outboxMessage')
    .select(['state', 'attempts', 'unknownOutcomes', 'lastError', 'dueAt'])
    .where('bookingId', '=', bookingId)
    .executeTakeFirstOrThrow();

test('retries while the mail server is down, and stores the error', async () => {
  await mailServer.stop();
  shop.startWorker();
  const { booking } = await shop.book(0);
  const row = await until(
    'the first attempt failed',
    () => rowOf(booking.id),
    ({ attempts, state }) => attempts === 1 && state === 'pending',
  );
  expect(row.lastError).toContain('ECONNREFUSED');
  expect(row.dueAt.getTime()).toBeGreaterThan(shop.clock.nowMs());
  await mailServer.start();
  shop.clock.forward(60_000);
  await until(
    'it is sent',
    () => rowOf(booking.id),
    ({ state }) => state === 'sent',
  );
  expect(mailServer.mails).toHaveLength(1);
});

test('dead-letters a message after ten failed attempts', async () => {
  await mailServer.stop();
  onTestFinished(() => mailServer.start());
  shop.startWorker();
  const { booking } = await shop.book(0);
  for (let attempt = 1; attempt < 10; attempt += 1) {
    await until(
      `attempt ${attempt}`,
      () => rowOf(booking.id),
      ({ attempts, state }) => attempts === attempt && state === 'pending',
    );
    shop.clock.forward(3_600_000);
  }
  const dead = await until(
    'it is dead-lettered',
    () => rowOf(booking.id),
    ({ state }) => state === 'dead',
  );
  expect(dead.lastError).toContain('ECONNREFUSED');
});

test('retries after a 4xx reply but not after a 5xx reply', async () => {
  shop.startWorker();
  mailServer.answer(451);
  const first = await shop.book(0);
  await until(
    'it is postponed',
    () => rowOf(first.booking.id),
    ({ attempts, state }) => attempts === 1 && state === 'pending',
  );
  mailServer.answer(554);
  const second = await shop.book(1);
  const refused = await until(
    'it is refused',
    () => rowOf(second.booking.id),
    ({ state }) => state === 'failed',
  );
  expect(refused).toMatchObject({ attempts: 1, lastError: expect.stringContaining('554') });
  mailServer.answer(null);
  shop.clock.forward(60_000);
  await until(
    'the first is sent',
    () => rowOf(first.booking.id),
    ({ state }) => state === 'sent',
  );
  expect(mailServer.mails).toHaveLength(1);
});

test('resends a mail once, under the same Message-ID, when the connection breaks after the content', async () => {
  const release = mailServer.hold();
  shop.startWorker();
  const { booking } = await shop.book(0);
  await until(
    'the server has the content',
    () => mailServer.waiting,
    (count) => count === 1,
  );
  mailServer.cut();
  release();
  const row = await until(
    'it is sent',
    () => rowOf(booking.id),
    ({ state }) => state === 'sent',
  );
  expect(row).toMatchObject({ unknownOutcomes: 1, attempts: 2 });
  // The server received both, but did not reply to the first.
  await until(
    'both mails have arrived',
    () => mailServer.mails.map((mail) => mail.messageId),
    (ids) => ids.length === 2 && ids[0] === ids[1],
  );
});

test('a rejected login does not fail the mail permanently', async () => {
  const server = await speakSmtp({ 'AUTH PLAIN': '535 5.7.8 who are you', EHLO: '250-me\r\n250 AUTH PLAIN' });
  const { port } = server.address() as { port: number };
  const transport = createSmtpTransport(`smtp://user:wrong@127.0.0.1:${port}?ignoreTLS=true`);
  const result = await transport.send(testMail, {
    signal: new AbortController().signal,
    begin: async () => {},
  });
  expect(result).toEqual({ kind: 'not-sent', reason: expect.stringContaining('535') });
  server.close();
});

test('sends nothing when the lease is lost before the content', async () => {
  const lost = new Error('lost');
  const transport = createSmtpTransport(mailServer.url);
  const abortion = new AbortController();
  const sending = transport.send(testMail, {
    signal: abortion.signal,
    async begin() {
      abortion.abort(lost);
      throw lost;
    },
  });
  await expect(sending).rejects.toBe(lost);
  await until('the connection is closed', () => mailServer.open === 0);
  expect(mailServer.mails).toEqual([]);
});

/** An SMTP server with a fixed reply for each command. */
function speakSmtp(replies: Readonly<Record<string, string>>): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 me\r\n');
    socket.setEncoding('utf8').on('data', (line: string) => {
      const command = Object.keys(replies).find((name) => line.startsWith(name));
      socket.write(`${replies[command ?? ''] ?? '250 ok'}\r\n`);
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
