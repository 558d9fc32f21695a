import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dailyScheduleHandler } from '../../../apps/server/src/notifications/daily-schedule/daily-schedule-handler.ts';
import { enqueueDailySchedules } from '../../../apps/server/src/notifications/daily-schedule/write-daily-schedules.ts';
import { createMailboxTransport } from '../../../apps/server/src/notifications/mail/mailbox-transport.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { guest, TestShop } from '../../support/test-shop.ts';

const never = new AbortController().signal;
const day = '2026-11-24';
let server: InProcess;
let shop: TestShop;
beforeAll(async () => {
  server = await startInProcess('2026-11-20T12:00:00Z');
});
afterAll(() => server.close());
beforeEach(async () => {
  server.clock.set('2026-11-20T12:00:00Z');
  const { db } = server.context;
  for (const table of ['outboxMessage', 'outboxMailbox', 'shopDayDone'] as const)
    await db.deleteFrom(table).execute();
  await db.updateTable('shop').set({ dailyScheduleMinute: null }).execute();
});

/** A shop whose daily schedules are due at this local minute. */
async function open(zone: string, daily_schedule_minute: number): Promise<void> {
  shop = await TestShop.open(server, day, {
    shop: { zone, policy: { daily_schedule_minute } as never },
    barbers: [{ name: 'Ada', email: 'ada@example.com' }, { name: 'Ben' }],
  });
}

const enqueueAt = (instant: string) => {
  server.clock.set(instant);
  return enqueueDailySchedules(server.context, never);
};
const messages = async () =>
  (
    await server.context.db
      .selectFrom('outboxMessage')
      .select(['occasion', 'dueAt'])
      .where('kind', '=', 'daily-schedule')
      .orderBy('dueAt')
      .execute()
  ).map(({ occasion, dueAt }) => [occasion, dueAt.toISOString()]);

describe('daily schedules', () => {
  test.each([
    ['America/New_York', 420, '2026-11-24T12:00:00Z', day, '2026-11-24T12:00:00.000Z'],
    ['Pacific/Kiritimati', 420, '2026-11-23T17:00:00Z', day, '2026-11-23T17:00:00.000Z'],
    ['America/New_York', 420, '2027-03-14T11:00:00Z', '2027-03-14', '2027-03-14T11:00:00.000Z'],
    // 2:30 does not exist on this day.
    ['America/New_York', 150, '2027-03-14T07:00:00Z', '2027-03-14', '2027-03-14T07:00:00.000Z'],
  ])('in %s at minute %i are written at %s for %s', async (zone, minute, now, date, dueAt) => {
    await open(zone, minute);
    expect(await enqueueAt(now)).toBe(1);
    expect(await messages()).toEqual([[date, dueAt]]);
  });

  test('are written from one hour before their time to six hours after it, once a day', async () => {
    await open('America/New_York', 420);
    expect(await enqueueAt('2026-11-23T18:00:00.001Z')).toBe(0);
    expect(await enqueueAt('2026-11-24T10:59:59.999Z')).toBe(0);
    expect(await enqueueAt('2026-11-24T11:00:00.000Z')).toBe(1);
    expect(await enqueueAt('2026-11-24T11:05:00.000Z')).toBe(0);
    expect(await enqueueAt('2026-11-25T18:00:00.000Z')).toBe(1);
    expect((await messages()).map(([date]) => date)).toEqual(['2026-11-24', '2026-11-25']);
  });

  test('are written for active barbers only', async () => {
    await open('America/New_York', 420);
    const [ada] = shop.fixture.barbers;
    await server.asOperator('PATCH', `${shop.path}/barbers/${ada?.id}`, { active: false });
    expect(await enqueueAt('2026-11-24T12:00:00Z')).toBe(0);
  });
});

describe('a daily schedule whose turn has come', () => {
  /** Sends the schedule of this date to the first barber. */
  async function send(date = day) {
    const { db, clock, catalog } = server.context;
    const handler = dailyScheduleHandler({
      db,
      clock,
      transport: createMailboxTransport(db, clock),
      from: 'shop@example.com',
      findShop: (id) => catalog.shopById(db, id),
      sendRate: null,
    });
    const message = { id: 'schedule', barberId: shop.fixture.barbers[0]?.id ?? null, occasion: date };
    return handler.send(message as never, { signal: never, begin: async () => {} } as never);
  }
  const change = (body: object) =>
    server.asOperator('PATCH', `${shop.path}/barbers/${shop.fixture.barbers[0]?.id}`, body);

  beforeEach(async () => {
    await open('America/New_York', 420);
    const start = `${day}T10:00:00-05:00`;
    await shop.booked([shop.segment(0, 0)], start);
  });

  test('lists the appointments that start on its local day', async () => {
    const night = [{ starts_minute: 0, ends_minute: 1440 }];
    for (const date of ['2026-11-23', day, '2026-11-25'])
      await server.asOperator('POST', `${shop.path}/overrides`, {
        barber_id: shop.fixture.barbers[0]?.id,
        date,
        periods: night,
      });
    for (const time of ['2026-11-23T23:50', `${day}T00:20`, `${day}T23:50`, '2026-11-25T00:20'])
      await shop.booked([shop.segment(0, 0)], `${time}:00-05:00`);
    expect(await send()).toEqual({ kind: 'sent' });
    const { textBody } = await server.context.db
      .selectFrom('outboxMailbox')
      .select('textBody')
      .executeTakeFirstOrThrow();
    expect(textBody.match(/^\d+:\d\d [AP]M/gm)).toEqual(['12:20 AM', '10:00 AM', '11:50 PM']);
    expect(textBody).toContain(guest.name);
  });

  test('marks an appointment that the shop has not confirmed yet', async () => {
    await server.asOperator('PATCH', shop.path, { policy: { requires_approval: true } });
    await shop.booked([shop.segment(0, 0)], `${day}T11:00:00-05:00`);
    await send();
    const { textBody } = await server.context.db
      .selectFrom('outboxMailbox')
      .select('textBody')
      .executeTakeFirstOrThrow();
    expect(textBody.match(/not confirmed yet/g)).toHaveLength(1);
  });

  test('is sent until its local day ends', async () => {
    server.clock.set('2026-11-24T23:59:59.999-05:00');
    expect(await send()).toEqual({ kind: 'sent' });
    server.clock.set('2026-11-25T00:00:00.000-05:00');
    expect(await send()).toEqual({ kind: 'skipped', reason: 'the day is over' });
  });

  test.each([
    [{ active: false }, 'the barber is no longer active'],
    [{ email: null }, 'the barber has no email address'],
  ])('is not sent to a barber with %j', async (columns, reason) => {
    expect((await change(columns)).status).toBe(200);
    expect(await send()).toEqual({ kind: 'skipped', reason });
  });
});
