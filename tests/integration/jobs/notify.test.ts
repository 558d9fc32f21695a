import type { BookingCreated } from '@bookedbarber/contract';
import { until } from '@bookedbarber/redis-tier/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';

const hourMs = 3_600_000;
let shop: MailShop;
beforeAll(async () => {
  shop = await openMailShop({ redisUrl: null, smtpUrl: null });
});
afterEach(() => shop.renew());
afterAll(() => shop.close());

const isSent = (created: BookingCreated) =>
  until(
    'it is sent',
    () => shop.messagesOf(created),
    (messages) => messages.length > 0 && messages.every(({ state }) => state === 'sent'),
  );

test('a booking wakes a worker that does not poll', async () => {
  shop.startWorker({ pollIntervalMs: hourMs, reconcileEveryMs: hourMs });
  // The worker may find the first booking when it starts.
  for (const number of [0, 1, 2]) await isSent(await shop.book(number));
});

test('a worker that is not notified finds a message when it polls', async () => {
  shop.startWorker();
  const created = await shop.book(0);
  await isSent(created);
  await sql`UPDATE outbox_message SET state = 'pending', generation = generation + 1, finished_at = NULL`.execute(
    shop.context.db,
  );
  await isSent(created);
  const { attempts } = await shop.context.db
    .selectFrom('outboxMessage')
    .select('attempts')
    .executeTakeFirstOrThrow();
  expect(attempts).toBe(2);
});
