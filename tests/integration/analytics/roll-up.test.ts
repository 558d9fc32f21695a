import { randomUUID } from 'node:crypto';
import type { Analytics } from '@bookedbarber/contract';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAnalytics } from '../../../apps/server/src/analytics/analytics.ts';
import { rollUpDays } from '../../../apps/server/src/analytics/roll-up.ts';
import { rollUp } from '../../../apps/server/src/analytics/rolled-days.ts';
import { type Tx, transaction } from '../../../apps/server/src/database/transaction.ts';
import { eventually } from '../../support/eventually.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { makeShop, type ShopFixture } from '../../support/shop-fixture.ts';

const day = '2026-11-23';
const never = new AbortController().signal;
let server: InProcess;
let fixture: ShopFixture;
beforeEach(async () => {
  server = await startInProcess('2026-11-24T12:00:00-05:00');
  fixture = await makeShop(server.asOperator, { barbers: [{ name: 'Ada' }, { name: 'Ben' }] });
});
afterEach(() => server.close());

type Row = { barber?: number; date?: string; minute: number; booking?: string; status?: string };

async function importRows(rows: readonly Row[]): Promise<void> {
  const response = await server.asOperator('POST', `/api/v1/shops/${fixture.shop.slug}/imports`, {
    rows: rows.map(({ barber = 0, date = day, minute, booking, status = 'completed' }) => ({
      ref: randomUUID(),
      booking_ref: booking ?? randomUUID(),
      client_ref: 'client 1',
      client_name: 'Ada Client',
      barber_id: fixture.barbers[barber]?.id,
      service_id: fixture.services[0]?.id,
      date,
      starts_minute: minute,
      duration_minutes: 30,
      price_cents: 3000,
      status,
    })),
  });
  expect(response.status, JSON.stringify(response.body)).toBe(200);
}

async function report(from = day, to = from): Promise<Analytics> {
  const { catalog, db, staff } = server.context;
  return createAnalytics({ staff }).report(db, await catalog.shop(db, fixture.shop.slug), from, to);
}

/** The rolled-up dates of the shop from 2026-11-20 on. */
async function rolled(): Promise<string[]> {
  const { rows } = await sql<{ date: string }>`SELECT date::text FROM analytics_day
    WHERE barber_id IS NULL AND date >= '2026-11-20' ORDER BY date`.execute(server.context.db);
  return rows.map(({ date }) => date);
}

describe('past days', () => {
  test('are rolled up once per local day, also without bookings', async () => {
    await importRows([{ minute: 600 }, { minute: 660, status: 'no_show' }]);
    const before = await report();
    expect(await rollUpDays(server.context, never)).toBe(396);
    expect(await rolled()).toEqual(['2026-11-20', '2026-11-21', '2026-11-22', day]);
    expect(await report()).toEqual(before);
    expect(await rollUpDays(server.context, never), 'the same day').toBe(0);
    server.clock.set('2026-11-25T00:00:30-05:00');
    expect(await rollUpDays(server.context, never), 'the next day').toBe(1);
  });

  test('with a booking across midnight are not rolled up, so that it counts once', async () => {
    await importRows([
      { date: '2026-11-21', minute: 1430, booking: 'late' },
      { date: '2026-11-22', minute: 20, booking: 'late' },
      { minute: 600 },
    ]);
    const before = await report('2026-11-20', day);
    expect(before.total.bookings).toBe(2);
    await rollUpDays(server.context, never);
    expect(await rolled()).toEqual(['2026-11-20', day]);
    expect(await report('2026-11-20', day)).toEqual(before);
  });

  test('lose their figures when a booking changes, and are rolled up again later', async () => {
    server.clock.set(`${day}T09:00:00-05:00`);
    const booked = await server.asOperator('POST', `/api/v1/shops/${fixture.shop.slug}/bookings`, {
      segments: [{ service_id: fixture.services[0]?.id }],
      start: `${day}T10:00:00-05:00`,
      client: { name: 'Zoë', email: 'zoe@example.com' },
    });
    expect(booked.status, JSON.stringify(booked.body)).toBe(201);
    server.clock.set('2026-11-24T12:00:00-05:00');
    await rollUpDays(server.context, never);
    expect((await report()).total).toMatchObject({ bookings: 1, completed: 0 });
    const { booking } = booked.body as { booking: { id: string } };
    const completed = await server.asOperator('POST', `/api/v1/bookings/${booking.id}/complete`);
    expect(completed.status, JSON.stringify(completed.body)).toBe(200);
    expect(await rolled()).not.toContain(day);
    expect((await report()).total).toMatchObject({ bookings: 1, completed: 1 });
    server.clock.set('2026-11-25T12:00:00-05:00');
    await rollUpDays(server.context, never);
    expect(await rolled()).toContain(day);
    expect((await report()).total).toMatchObject({ completed: 1, revenue_cents: 3000 });
  });

  test('are rolled up only after a concurrent change has committed', async () => {
    await importRows([{ minute: 600 }]);
    const { db, invalidate } = server.context;
    const shop = await server.context.catalog.shop(db, fixture.shop.slug);
    const startMs = Date.parse(`${day}T10:00:00-05:00`);
    let rolling: Promise<unknown> = Promise.resolve();
    await transaction(db, async (tx: Tx) => {
      await sql`UPDATE booking SET status = 'no_show' WHERE shop_id = ${shop.id}`.execute(tx);
      await invalidate.bookedTime(tx, shop, [{ startMs, endMs: startMs + 1_800_000 }]);
      rolling = transaction(db, (other) => rollUp(other, shop, [day]));
      // Only locks of this database, because other test files share the server.
      const waits = sql<{ count: string }>`SELECT count(*) FROM pg_locks
        WHERE locktype = 'advisory' AND NOT granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
      await eventually(async () => expect((await waits.execute(db)).rows[0]?.count).toBe('1'));
    });
    await rolling;
    expect(await rolled()).toEqual([day]);
    expect((await report()).total).toMatchObject({ completed: 0, no_shows: 1 });
  });
});
