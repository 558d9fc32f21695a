import { randomUUID } from 'node:crypto';
import type { Analytics, Figures, ImportResult } from '@bookedbarber/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAnalytics } from '../../../apps/server/src/analytics/analytics.ts';
import { rollUpDays } from '../../../apps/server/src/analytics/roll-up.ts';
import { isTimeZone } from '../../../apps/server/src/time/time-zone.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { makeShop, type ShopFixture } from '../../support/shop-fixture.ts';

let server: InProcess;
beforeAll(async () => {
  server = await startInProcess('2026-12-31T12:00:00-05:00');
});
afterAll(() => server.close());

const statuses = ['completed', 'no_show', 'cancelled'] as const;
type Row = {
  booking: number;
  barber: number;
  service: number;
  date: string;
  minute: number;
  length: number;
  price: number;
  status: (typeof statuses)[number];
};

async function importRows(fixture: ShopFixture, rows: readonly Row[]): Promise<void> {
  const response = await server.asOperator('POST', `/api/v1/shops/${fixture.shop.slug}/imports`, {
    rows: rows.map((row) => ({
      ref: randomUUID(),
      booking_ref: `booking ${row.booking}`,
      client_ref: `client ${row.booking % 7}`,
      client_name: 'Ada Client',
      barber_id: fixture.barbers[row.barber]?.id,
      service_id: fixture.services[row.service]?.id,
      date: row.date,
      starts_minute: row.minute,
      duration_minutes: row.length,
      price_cents: row.price,
      status: row.status,
    })),
  });
  expect(response.body as ImportResult).toEqual({ imported: rows.length, skipped: 0, rejected: [] });
}

/** The report read directly from the database. */
async function uncachedReport({ shop }: ShopFixture, from: string, to: string): Promise<Analytics> {
  const { catalog, db, staff } = server.context;
  return createAnalytics({ staff }).report(db, await catalog.shop(db, shop.slug), from, to);
}

async function report({ shop }: ShopFixture, from: string, to = from): Promise<Analytics> {
  const response = await server.asOperator(
    'GET',
    `/api/v1/shops/${shop.slug}/analytics?from=${from}&to=${to}`,
  );
  expect(response.status, JSON.stringify(response.body)).toBe(200);
  return response.body;
}

const one: Row = {
  booking: 1,
  barber: 0,
  service: 0,
  date: '2026-11-24',
  minute: 600,
  length: 30,
  price: 3000,
  status: 'completed',
};

/** The expected figures, computed without SQL. */
function counted(rows: readonly Row[]): Partial<Figures> {
  const of = (status: string) => rows.filter((row) => row.status === status);
  const sum = (list: readonly Row[], field: 'price' | 'length') =>
    list.reduce((total, row) => total + row[field], 0);
  return {
    bookings: new Set(rows.map((row) => `${row.booking} ${row.status}`)).size,
    services: rows.length,
    completed: of('completed').length,
    no_shows: of('no_show').length,
    cancelled: of('cancelled').length,
    revenue_cents: sum(of('completed'), 'price'),
    booked_minutes: sum([...of('completed'), ...of('no_show')], 'length'),
  };
}

test('for random bookings every figure is the sum of its rows, by day, by barber and in total', async () => {
  const row: fc.Arbitrary<Row> = fc.record({
    booking: fc.nat({ max: 40 }),
    barber: fc.nat({ max: 2 }),
    service: fc.nat({ max: 1 }),
    date: fc.integer({ min: 25, max: 30 }).map((it) => `2026-10-${it}`),
    minute: fc.nat({ max: 1439 }),
    length: fc.integer({ min: 1, max: 90 }),
    price: fc.nat({ max: 20_000 }),
    status: fc.constantFrom(...statuses),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 150 }), async (rows) => {
      const fixture = await makeShop(server.asOperator, {
        shop: { zone: 'Europe/London' } as never,
        services: [{ code: 'CUT' }, { code: 'BEARD' }],
        barbers: [{ name: 'Ada' }, { name: 'Ben' }, { name: 'Cem' }],
      });
      await importRows(fixture, rows);
      const { total, by_day, by_barber } = await report(fixture, '2026-10-25', '2026-10-30');
      expect(total).toMatchObject(counted(rows));
      expect(by_day).toHaveLength(6);
      for (const { date, ...figures } of by_day) {
        expect(figures).toMatchObject(counted(rows.filter((it) => it.date === date)));
      }
      fixture.barbers.forEach(({ id }, index) => {
        const figures = by_barber.find((it) => it.barber_id === id);
        expect(figures).toMatchObject(counted(rows.filter((it) => it.barber === index)));
      });
      const ranges = [
        ['2026-10-25', '2026-10-30'],
        ['2026-10-27', '2026-10-28'],
      ] as const;
      const before: Analytics[] = [];
      for (const [from, to] of ranges) before.push(await uncachedReport(fixture, from, to));
      expect(await rollUpDays(server.context, new AbortController().signal)).toBeGreaterThan(0);
      const rolledUp: Analytics[] = [];
      for (const [from, to] of ranges) rolledUp.push(await uncachedReport(fixture, from, to));
      expect(rolledUp).toEqual(before);
    }),
    { numRuns: 4 },
  );
});

describe('a day of the report is a calendar day of the shop', () => {
  test.each([
    ['America/New_York', '2026-11-24'],
    ['Asia/Kathmandu', '2026-11-24'],
    ['Pacific/Kiritimati', '2026-11-24'],
    ['America/New_York', '2026-11-01'],
    ['America/New_York', '2026-03-08'],
  ])('in %s on %s, from its first minute to 23:30', async (zone, date) => {
    const fixture = await makeShop(server.asOperator, { shop: { zone } as never });
    await importRows(fixture, [
      { ...one, booking: 1, date, minute: 0 },
      { ...one, booking: 2, date, minute: 23 * 60 + 30 },
    ]);
    expect((await report(fixture, date)).total).toMatchObject({ bookings: 2, revenue_cents: 6000 });
    const week = await report(fixture, `${date.slice(0, 8)}01`, `${date.slice(0, 8)}28`);
    expect(week.by_day.filter((day) => day.services > 0).map((day) => [day.date, day.services])).toEqual([
      [date, 2],
    ]);
  });

  test('in every zone that a shop may have, because the database supports it too', async () => {
    const zones = Intl.supportedValuesOf('timeZone').concat(
      'UTC',
      'GMT',
      'EST5EDT',
      'US/Pacific',
      'Asia/Calcutta',
    );
    const { rows } = await sql<{ name: string }>`SELECT name FROM pg_timezone_names`.execute(
      server.context.db,
    );
    const known = new Set(rows.map((row) => row.name.toLowerCase()));
    const possible = zones.filter((zone) => isTimeZone(zone));
    expect(possible.length).toBeGreaterThan(300);
    expect(possible.filter((zone) => !known.has(zone.toLowerCase()))).toEqual([]);
  });
});

describe('utilization', () => {
  test('is booked over scheduled minutes, and null on a day without scheduled minutes', async () => {
    const fixture = await makeShop(server.asOperator);
    await importRows(fixture, [{ ...one, length: 54 }]);
    expect((await report(fixture, '2026-11-24')).total).toMatchObject({
      booked_minutes: 54,
      scheduled_minutes: 540,
      utilization: 0.1,
    });
    const { shop } = fixture;
    await server.asOperator('POST', `/api/v1/shops/${shop.slug}/overrides`, {
      date: '2026-11-24',
      periods: [],
    });
    expect((await report(fixture, '2026-11-24')).total).toMatchObject({
      scheduled_minutes: 0,
      utilization: null,
    });
  });

  test('takes overrides and time off into account', async () => {
    const fixture = await makeShop(server.asOperator, { barbers: [{ name: 'Ada' }, { name: 'Ben' }] });
    const path = `/api/v1/shops/${fixture.shop.slug}`;
    const [ada, ben] = fixture.barbers;
    const periods = [{ starts_minute: 600, ends_minute: 720 }];
    await server.asOperator('POST', `${path}/overrides`, { barber_id: ada?.id, date: '2026-11-24', periods });
    await server.asOperator('POST', `${path}/barbers/${ben?.id}/time-off`, {
      starts_at: '2026-11-24T00:00:00-05:00',
      ends_at: '2026-11-24T12:00:00-05:00',
    });
    const { by_barber, total } = await report(fixture, '2026-11-24');
    expect(by_barber.map((it) => [it.barber_name, it.scheduled_minutes])).toEqual([
      ['Ada', 120],
      ['Ben', 360],
    ]);
    expect(total.scheduled_minutes).toBe(480);
  });

  test('counts elapsed time: a night shift across a clock change is one hour longer or shorter', async () => {
    const night = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
      weekday,
      periods: [{ starts_minute: 0, ends_minute: 360 }],
    }));
    const fixture = await makeShop(server.asOperator, { barbers: [{ name: 'Ada', schedule: night }] });
    const minutes = async (date: string) => (await report(fixture, date)).total.scheduled_minutes;
    expect([await minutes('2026-10-31'), await minutes('2026-11-01'), await minutes('2026-03-08')]).toEqual([
      360, 420, 300,
    ]);
  });

  test('has daily minutes that add up to the total, also if shifts run past midnight', async () => {
    const late = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
      weekday,
      periods: [{ starts_minute: 1200, ends_minute: 1560 }],
    }));
    const fixture = await makeShop(server.asOperator, { barbers: [{ name: 'Ada', schedule: late }] });
    const { by_day, total } = await report(fixture, '2026-10-30', '2026-11-03');
    // On the night of the clock change, barbers work the repeated hour twice.
    expect(by_day.map((day) => day.scheduled_minutes)).toEqual([360, 360, 420, 360, 360]);
    expect(total.scheduled_minutes).toBe(1860);
  });
});

test('cancelled bookings count neither as revenue nor as booked time, and no-shows only as booked time', async () => {
  const fixture = await makeShop(server.asOperator);
  await importRows(fixture, [
    { ...one, booking: 1, status: 'cancelled' },
    { ...one, booking: 2, status: 'no_show' },
    { ...one, booking: 3, status: 'completed' },
  ]);
  expect((await report(fixture, '2026-11-24')).total).toMatchObject({
    bookings: 3,
    revenue_cents: 3000,
    booked_minutes: 60,
    no_shows: 1,
    cancelled: 1,
    completed: 1,
  });
});
