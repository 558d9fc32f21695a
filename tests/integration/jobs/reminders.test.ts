import type { BookingCreated } from '@bookedbarber/contract';
import { until } from '@bookedbarber/redis-tier/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { type MailServer, startMailServer } from '../../support/jobs/mail-server.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';
import { everyDay, makeShop } from '../../support/shop-fixture.ts';

const roundTheClock = everyDay.map(({ weekday }) => ({
  weekday,
  periods: [{ starts_minute: 0, ends_minute: 1440 }],
}));

describe('reminders in the transaction of a booking', () => {
  let server: InProcess;
  const now = '2026-10-20T12:00:00Z';
  beforeAll(async () => {
    server = await startInProcess(now);
  });
  beforeEach(async () => {
    server.clock.set(now);
    await server.context.db.deleteFrom('outboxMessage').execute();
  });
  afterAll(() => server.close());

  /** Rows of all messages as [kind, occasion, version, state, due]. */
  const rows = async (kind: string) =>
    (
      await server.context.db
        .selectFrom('outboxMessage')
        .select(['occasion', 'bookingVersion', 'state', 'dueAt'])
        .where('kind', '=', kind)
        .orderBy('bookingVersion')
        .orderBy('dueAt')
        .execute()
    ).map((row) => [row.occasion, row.bookingVersion, row.state, row.dueAt.toISOString()]);

  async function bookIn(zone: string, start: string, policy: object = { quiet_hours: null }) {
    const { shop, services } = await makeShop(server.asOperator, {
      shop: { zone, policy: { reminders: ['P1D', 'PT2H'], change_notice_minutes: 0, ...policy } as never },
      barbers: [{ name: 'Ada', schedule: roundTheClock }],
    });
    const response = await server.asGuest('POST', `/api/v1/shops/${shop.slug}/bookings`, {
      segments: [{ service_id: services[0]?.id }],
      start,
      client: { name: 'Zoë', email: 'zoe@example.com' },
    });
    expect(response.status, JSON.stringify(response.body)).toBe(201);
    return { ...(response.body as BookingCreated), slug: shop.slug };
  }
  async function change({ booking, manage_url }: BookingCreated, verb: string, body: object) {
    const link = { 'booking-token': manage_url.split('#')[1] ?? '' };
    const response = await server.asGuest('POST', `/api/v1/bookings/${booking.id}/${verb}`, body, link);
    expect(response.status, JSON.stringify(response.body)).toBe(200);
  }

  test.each([
    ['America/New_York', '2026-11-01T09:00:00-05:00', '2026-10-31T13:00:00.000Z', '2026-11-01T12:00:00.000Z'],
    [
      'Australia/Lord_Howe',
      '2026-11-01T09:00:00+11:00',
      '2026-10-30T22:00:00.000Z',
      '2026-10-31T20:00:00.000Z',
    ],
    ['Asia/Kolkata', '2026-11-01T09:00:00+05:30', '2026-10-31T03:30:00.000Z', '2026-11-01T01:30:00.000Z'],
  ])('%s: are due a calendar day and two elapsed hours before', async (zone, start, dayBefore, twoHours) => {
    await bookIn(zone, start);
    expect(await rows('reminder')).toEqual([
      ['P1D', 1, 'pending', dayBefore],
      ['PT2H', 1, 'pending', twoHours],
    ]);
    expect(await rows('confirmation')).toHaveLength(1);
  });

  test('follow the half-hour clock change of Lord Howe', async () => {
    server.clock.set('2027-03-20T12:00:00Z');
    await bookIn('Australia/Lord_Howe', '2027-04-04T09:00:00+10:30');
    expect(await rows('reminder')).toEqual([
      ['P1D', 1, 'pending', '2027-04-02T22:00:00.000Z'],
      ['PT2H', 1, 'pending', '2027-04-03T20:30:00.000Z'],
    ]);
  });

  test('are replaced by a move and cancelled by a cancellation', async () => {
    const created = await bookIn('America/New_York', '2026-10-28T15:00:00-04:00');
    await change(created, 'reschedule', { start: '2026-10-29T16:00:00-04:00' });
    expect(await rows('reminder')).toEqual([
      ['P1D', 1, 'cancelled', '2026-10-27T19:00:00.000Z'],
      ['PT2H', 1, 'cancelled', '2026-10-28T17:00:00.000Z'],
      ['P1D', 2, 'pending', '2026-10-28T20:00:00.000Z'],
      ['PT2H', 2, 'pending', '2026-10-29T18:00:00.000Z'],
    ]);
    await change(created, 'cancel', {});
    expect((await rows('reminder')).map(([, , state]) => state)).toEqual(Array(4).fill('cancelled'));
  });

  test('are written at the confirmation of a booking that needs approval', async () => {
    const { booking } = await bookIn('America/New_York', '2026-10-28T15:00:00-04:00', {
      requires_approval: true,
    });
    expect(await rows('reminder')).toEqual([]);
    await server.asOperator('POST', `/api/v1/bookings/${booking.id}/confirm`);
    expect((await rows('reminder')).map(([occasion, version]) => [occasion, version])).toEqual([
      ['P1D', 2],
      ['PT2H', 2],
    ]);
  });

  test('follow the shop’s policy, which the API returns', async () => {
    const policy = { reminders: ['P3D', 'PT90M'], quiet_hours: { from_minute: 1200, until_minute: 540 } };
    const { slug } = await bookIn('America/New_York', '2026-10-28T10:00:00-04:00', policy);
    expect(await rows('reminder')).toEqual([
      ['P3D', 1, 'pending', '2026-10-25T14:00:00.000Z'],
      // 8:30 is within quiet hours, so it is due ten minutes before they start at 20:00.
      ['PT90M', 1, 'pending', '2026-10-27T23:50:00.000Z'],
    ]);
    const shop = await server.asGuest('GET', `/api/v1/shops/${slug}`);
    expect((shop.body as { policy: object }).policy).toMatchObject(policy);
  });

  test('are due a day and two hours before by default, and not at night', async () => {
    const { shop } = await makeShop(server.asOperator, { shop: { policy: { min_notice_minutes: 0 } } });
    const { body } = await server.asOperator('POST', '/api/v1/shops', {
      organisation: { slug: 'plain', name: 'Plain' },
      slug: 'plain',
      name: 'Plain',
      zone: shop.zone,
      currency: 'USD',
      country: 'US',
    });
    expect((body as { policy: object }).policy).toMatchObject({
      reminders: ['P1D', 'PT2H'],
      quiet_hours: { from_minute: 1260, until_minute: 480 },
    });
  });

  test.each([
    { reminders: ['P1M'] },
    { reminders: ['PT5M'] },
    { reminders: ['P1D', 'P1D'] },
    { reminders: ['P1D', 'P2D', 'P3D', 'P4D', 'P5D'] },
    { quiet_hours: { from_minute: 60, until_minute: 60 } },
    { quiet_hours: { from_minute: 1440, until_minute: 60 } },
  ])('reject the policy %j', async (policy) => {
    const { shop } = await makeShop(server.asOperator);
    const response = await server.asOperator('PATCH', `/api/v1/shops/${shop.slug}`, { policy });
    expect(response.status).toBe(400);
  });
});

describe('a reminder that is due', () => {
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
  async function open(policy: object = {}): Promise<void> {
    const withReminder = { reminders: ['P1D'], quiet_hours: null, change_notice_minutes: 0, ...policy };
    await shop.renew({ shop: { zone: 'America/New_York', policy: withReminder as never } });
    mailServer.clear();
  }
  const reminderOf = async ({ booking }: BookingCreated) => {
    const row = await shop.context.db
      .selectFrom('outboxMessage')
      .select(['state', 'lastError', 'dueAt', 'attempts'])
      .where('bookingId', '=', booking.id)
      .where('kind', '=', 'reminder')
      .executeTakeFirstOrThrow();
    return row;
  };
  const reminderReaches = (created: BookingCreated, state: string) =>
    until(
      `it is ${state}`,
      () => reminderOf(created),
      (row) => row.state === state,
    );
  /** Moves the clock to `minutes` after the instant (before it when negative). */
  const forwardTo = (instant: string, minutes: number) =>
    shop.clock.forward(Date.parse(instant) + minutes * 60_000 - shop.clock.nowMs());

  test('is sent with the time in the shop’s zone, the link and the calendar file', async () => {
    await open();
    shop.startWorker();
    // On the third day, so that the reminder is due in more than half an hour.
    const created = await shop.book(20);
    await until(
      'it is confirmed',
      () => mailServer.mails.length,
      (count) => count === 1,
    );
    forwardTo(created.booking.starts_at, -23 * 60);
    await reminderReaches(created, 'sent');
    const mail = mailServer.mails[1];
    const day = new Date(created.booking.starts_at).toLocaleDateString('en-US', {
      timeZone: 'America/New_York',
      dateStyle: 'full',
    });
    expect(mail?.subject).toBe(`Reminder: Fixture Barbers, tomorrow, ${day}, 11:00 AM`);
    expect(mail?.text).toContain('This is a reminder of your appointment at Fixture Barbers tomorrow.');
    expect(mail?.text).toMatch(/Eastern (Standard|Daylight) Time, America\/New_York/);
    expect(mail?.text).toContain(created.manage_url);
    expect(mail?.attachments[0]?.filename).toBe('booking.ics');
  });

  test.each([
    ['of an appointment that has started', {}, 0, 'the appointment has started'],
    ['that the shop no longer sends', { reminders: [] }, -60, 'no longer sends'],
  ])('%s is not sent', async (_, policy, minutes, reason) => {
    await open();
    const created = await shop.book(20);
    await shop.asOperator('PATCH', `/api/v1/shops/${shop.fixture.shop.slug}`, { policy });
    forwardTo(created.booking.starts_at, minutes);
    shop.startWorker();
    expect((await reminderReaches(created, 'cancelled')).lastError).toContain(reason);
    await until('the worker has finished', async () => {
      const { pending = 0, enqueued = 0, sending = 0 } = await shop.counts();
      return pending + enqueued + sending === 0;
    });
    expect(mailServer.mails.filter(({ subject }) => subject?.startsWith('Reminder'))).toEqual([]);
  });

  test('waits for the end of quiet hours when it is late', async () => {
    await open({ quiet_hours: { from_minute: 1260, until_minute: 480 } });
    // The appointment is at noon. No worker runs until the night before.
    const created = await shop.book(21);
    forwardTo(created.booking.starts_at, -10 * 60);
    shop.startWorker();
    const row = await until(
      'it is postponed',
      () => reminderOf(created),
      ({ lastError }) => lastError !== null,
    );
    expect(row).toMatchObject({ state: 'pending', attempts: 0 });
    expect(row.dueAt.getTime()).toBe(Date.parse(created.booking.starts_at) - 4 * 3_600_000);
    forwardTo(created.booking.starts_at, -4 * 60);
    await reminderReaches(created, 'sent');
  });
});
