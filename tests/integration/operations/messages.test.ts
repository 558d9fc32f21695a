import { randomUUID } from 'node:crypto';
import type { MessageList, MessageRetryResult, MessageStats } from '@bookedbarber/contract';
import { until } from '@bookedbarber/redis-tier/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailServer, startMailServer } from '../../support/jobs/mail-server.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';
import { testOperatorToken } from '../../support/server.ts';

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

const list = async (query: string) =>
  ((await shop.asOperator('GET', `/api/v1/messages?${query}`)).body as MessageList).messages;
const retry = async (ids: string[]) =>
  (await shop.asOperator('POST', '/api/v1/messages/retry', { ids })).body as MessageRetryResult;
const stateOf = async (id: string) =>
  shop.context.db
    .selectFrom('outboxMessage')
    .select(['state', 'attempts'])
    .where('id', '=', id)
    .executeTakeFirst();

test('an operator sees failed messages, and retries them after fixing the cause', async () => {
  mailServer.answer(554);
  shop.startWorker();
  const refused = await shop.book(0);
  const cancelled = await shop.book(1);
  const [first, second] = [await shop.messagesOf(refused), await shop.messagesOf(cancelled)].map(
    ([message]) => message?.id ?? '',
  );
  await until(
    'both have failed',
    () => list('state=failed'),
    (messages) => messages.length === 2,
  );
  await shop.cancel(cancelled);
  const messages = await list(`state=failed&shop=${shop.fixture.shop.slug}&kind=confirmation`);
  expect(messages.find(({ id }) => id === first)).toMatchObject({
    shop: shop.fixture.shop.slug,
    booking_id: refused.booking.id,
    kind: 'confirmation',
    attempts: 1,
    last_error: expect.stringContaining('554'),
    can_retry: true,
  });
  // A message that the cancellation made obsolete is listed but cannot be retried.
  expect(messages.find(({ id }) => id === second)).toMatchObject({ can_retry: false });
  expect(await list('state=failed&kind=reminder')).toEqual([]);
  const pages = await Promise.all([0, 1, 2].map((offset) => list(`state=failed&limit=1&offset=${offset}`)));
  expect(pages.map((page) => page.map(({ id }) => id))).toEqual([[second], [first], []]);

  mailServer.answer(null);
  const unknownId = randomUUID();
  expect(await retry([first ?? '', second ?? '', unknownId])).toEqual({
    retried: [first],
    not_retried: [second, unknownId],
  });
  await until(
    'it is sent',
    () => stateOf(first ?? ''),
    (row) => row?.state === 'sent' && row.attempts === 1,
  );
  expect(mailServer.mails.map((mail) => mail.to?.[0]?.address)).toContain(refused.booking.client.email);
  // Sent messages are not retried.
  expect(await retry([first ?? ''])).toEqual({ retried: [], not_retried: [first] });
});

test('the statistics report messages by state, their lag and recent outcomes', async () => {
  const { body } = await shop.asOperator('GET', '/api/v1/messages/stats');
  const stats = body as MessageStats;
  expect(stats.states).toMatchObject({ pending: 0, sent: 1, failed: 1 });
  expect(stats).toMatchObject({ late: 0, lag_seconds: 0, finished_last_5_minutes: { sent: 1, failed: 1 } });
});

test('the statistics are available as metrics', async () => {
  const { body } = await shop.asOperator('GET', '/metrics');
  expect(String(body)).toMatch(/^bookedbarber_outbox_lag_seconds 0$/m);
  expect(String(body)).toMatch(/^bookedbarber_outbox_overdue_messages 0$/m);
  expect(String(body)).toMatch(/^bookedbarber_outbox_finished_recently\{state="sent"\} 1$/m);
});

test.each([
  ['GET', '/api/v1/messages?state=dead', undefined],
  ['GET', '/api/v1/messages/stats', undefined],
  ['POST', '/api/v1/messages/retry', { ids: [randomUUID()] }],
] as const)('%s %s requires the operator token', async (method, path, body) => {
  expect((await shop.asGuest(method, path, body)).status).toBe(401);
});

test.each(['', 'state=lost', 'state=dead&limit=201', 'state=dead&kind=A%20B', 'state=dead&more=1'])(
  'rejects a list with the query %j',
  async (query) => {
    expect((await shop.asOperator('GET', `/api/v1/messages?${query}`)).status).toBe(400);
  },
);

test('counts the deliveries of workers by kind and outcome', async () => {
  const body = (
    await shop.app.inject({ url: '/metrics', headers: { authorization: `Bearer ${testOperatorToken}` } })
  ).body;
  expect(body).toContain('bookedbarber_delivery_workers{by="outbox"} 1');
  await until(
    'the counts are written',
    async () =>
      (await shop.app.inject({ url: '/metrics', headers: { authorization: `Bearer ${testOperatorToken}` } }))
        .body,
    (text) =>
      text.includes('bookedbarber_deliveries_total{kind="confirmation",outcome="failed"} 2') &&
      text.includes('bookedbarber_deliveries_total{kind="confirmation",outcome="sent"} 1'),
  );
});
