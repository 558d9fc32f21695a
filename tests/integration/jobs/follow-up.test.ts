import type { BookingCreated } from '@bookedbarber/contract';
import { until } from '@bookedbarber/redis-tier/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { type MailServer, startMailServer } from '../../support/jobs/mail-server.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';
import { makeShop, type ShopFixture } from '../../support/shop-fixture.ts';

let server: InProcess;
let fixture: ShopFixture;
const now = '2026-10-30T12:00:00-04:00';
beforeAll(async () => {
  server = await startInProcess(now);
});
beforeEach(async () => {
  server.clock.set(now);
  await server.context.db.deleteFrom('outboxMessage').execute();
  fixture = await makeShop(server.asOperator);
});
afterAll(() => server.close());

async function book(start: string): Promise<BookingCreated> {
  const response = await server.asGuest('POST', `/api/v1/shops/${fixture.shop.slug}/bookings`, {
    segments: [{ service_id: fixture.services[0]?.id }],
    start,
    client: { name: 'Zoë', email: 'zoe@example.com' },
  });
  expect(response.status, JSON.stringify(response.body)).toBe(201);
  return response.body as BookingCreated;
}

async function recordOutcome({ booking }: BookingCreated, verb: 'complete' | 'no-show'): Promise<void> {
  const response = await server.asOperator('POST', `/api/v1/bookings/${booking.id}/${verb}`);
  expect(response.status, JSON.stringify(response.body)).toBe(200);
}

const followUps = async () =>
  (
    await server.context.db
      .selectFrom('outboxMessage')
      .select(['state', 'dueAt'])
      .where('kind', '=', 'follow-up')
      .orderBy('bookingVersion')
      .execute()
  ).map(({ state, dueAt }) => [state, dueAt.toISOString()]);

test('is due at 10:00 local time on the day after a no-show, also across a clock change', async () => {
  const created = await book('2026-10-31T10:00:00-04:00');
  server.clock.set('2026-10-31T18:00:00-04:00');
  await recordOutcome(created, 'no-show');
  expect(await followUps()).toEqual([['pending', '2026-11-01T15:00:00.000Z']]);
});

test('is cancelled when the no-show is corrected, and written again when it is repeated', async () => {
  const created = await book('2026-10-31T10:00:00-04:00');
  server.clock.set('2026-10-31T18:00:00-04:00');
  await recordOutcome(created, 'no-show');
  await recordOutcome(created, 'complete');
  expect((await followUps()).map(([state]) => state)).toEqual(['cancelled']);
  await recordOutcome(created, 'no-show');
  expect((await followUps()).map(([state]) => state)).toEqual(['cancelled', 'pending']);
});

test('is not written when the shop has turned it off, and waits for the end of quiet hours', async () => {
  const created = await book('2026-10-31T10:00:00-04:00');
  const path = `/api/v1/shops/${fixture.shop.slug}`;
  await server.asOperator('PATCH', path, { policy: { no_show_follow_up: false } });
  server.clock.set('2026-10-31T18:00:00-04:00');
  await recordOutcome(created, 'no-show');
  expect(await followUps()).toEqual([]);
  await server.asOperator('PATCH', path, {
    policy: { no_show_follow_up: true, quiet_hours: { from_minute: 1200, until_minute: 660 } },
  });
  await recordOutcome(created, 'complete');
  await recordOutcome(created, 'no-show');
  expect(await followUps()).toEqual([['pending', '2026-11-01T16:00:00.000Z']]);
});

test('the mail links to the shop, has no calendar file, and contains an unsubscribe header', async () => {
  const mailServer: MailServer = await startMailServer();
  const shop: MailShop = await openMailShop({ redisUrl: null, smtpUrl: mailServer.url });
  try {
    const created = await shop.book(0);
    shop.clock.forward(3 * 86_400_000);
    await shop.asOperator('POST', `/api/v1/bookings/${created.booking.id}/no-show`);
    const { dueAt } = await shop.context.db
      .selectFrom('outboxMessage')
      .select('dueAt')
      .where('kind', '=', 'follow-up')
      .executeTakeFirstOrThrow();
    shop.clock.forward(dueAt.getTime() - shop.clock.nowMs());
    shop.startWorker();
    await until(
      'it is sent',
      async () => (await shop.messagesOf(created)).find(({ kind }) => kind === 'follow-up')?.state,
      (state) => state === 'sent',
    );
    const mail = mailServer.mails.find(({ subject }) => subject === 'We missed you at Fixture Barbers');
    expect(mail?.text).toContain(`Choose another time: http://shop.example/s/${shop.fixture.shop.slug}`);
    expect(mail?.attachments).toEqual([]);
    const unsubscribe = mail?.headers.find(({ key }) => key === 'list-unsubscribe')?.value;
    expect(unsubscribe).toBe(`<${created.manage_url}>`);
  } finally {
    await shop.close();
    await mailServer.stop();
  }
});
