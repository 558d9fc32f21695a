import type { ImportResult } from '@bookedbarber/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { TestShop } from '../../support/test-shop.ts';

let server: InProcess;
let shop: TestShop;
beforeAll(async () => {
  server = await startInProcess('2026-11-24T12:00:00-05:00');
});
afterAll(() => server.close());
beforeEach(async () => {
  shop = await TestShop.open(server, '2026-11-24');
});

/** A completed booking at 10:00 on the day before. */
const row = (ref: string, fields: object = {}) => ({
  ref,
  booking_ref: ref,
  client_ref: 'client 1',
  client_name: 'Zoë',
  service_id: shop.fixture.services[0]?.id,
  barber_id: shop.fixture.barbers[0]?.id,
  date: '2026-11-23',
  starts_minute: 600,
  duration_minutes: 30,
  price_cents: 3000,
  status: 'completed',
  ...fields,
});
async function send(...rows: object[]): Promise<ImportResult> {
  const response = await server.asOperator('POST', `${shop.path}/imports`, { rows });
  expect(response.status, JSON.stringify(response.body)).toBe(200);
  return response.body;
}
async function bookings() {
  const { db, catalog } = server.context;
  const { id } = await catalog.shop(db, shop.fixture.shop.slug);
  return db.selectFrom('booking').selectAll().where('shopId', '=', id).orderBy('startsAt').execute();
}

test('skips the rows of an earlier request, and repeated rows', async () => {
  expect(await send(row('a'), row('b'), row('a'))).toEqual({ imported: 2, skipped: 1, rejected: [] });
  expect(await send(row('b'), row('c'))).toEqual({ imported: 1, skipped: 1, rejected: [] });
  expect(await bookings()).toHaveLength(3);
});

test('rejects a row with another shop’s service or barber, or in the future unless it is cancelled', async () => {
  const other = await TestShop.open(server, '2026-11-24');
  const today = { date: '2026-11-24', starts_minute: 720 };
  const later = { date: '2026-11-24', starts_minute: 721 };
  expect(
    await send(
      row('service', { service_id: other.fixture.services[0]?.id }),
      row('barber', { barber_id: other.fixture.barbers[0]?.id }),
      row('now', today),
      row('later', later),
      row('cancelled', { ...later, status: 'cancelled' }),
    ),
  ).toEqual({
    imported: 2,
    skipped: 0,
    rejected: [
      { ref: 'service', reason: 'The shop does not have this service.' },
      { ref: 'barber', reason: 'The shop does not have this barber.' },
      { ref: 'later', reason: 'The booking has not started yet.' },
    ],
  });
});

test('accepts services and barbers that are no longer active', async () => {
  const { services, barbers } = shop.fixture;
  for (const path of [`services/${services[0]?.id}`, `barbers/${barbers[0]?.id}`])
    await server.asOperator('PATCH', `${shop.path}/${path}`, { active: false });
  expect(await send(row('a'))).toEqual({ imported: 1, skipped: 0, rejected: [] });
});

test('joins the rows of a booking with one status, and the bookings of a client', async () => {
  await send(
    row('second', { booking_ref: 'visit', starts_minute: 630 }),
    row('first', { booking_ref: 'visit' }),
    row('cancelled', { booking_ref: 'visit', starts_minute: 700, status: 'cancelled' }),
    row('other', { client_ref: 'client 2', starts_minute: 800, status: 'no_show' }),
  );
  const found = await bookings();
  expect(
    found.map(({ status, startsAt, endsAt }) => [status, startsAt.toISOString(), endsAt.toISOString()]),
  ).toEqual([
    ['completed', '2026-11-23T15:00:00.000Z', '2026-11-23T16:00:00.000Z'],
    ['cancelled', '2026-11-23T16:40:00.000Z', '2026-11-23T17:10:00.000Z'],
    ['no_show', '2026-11-23T18:20:00.000Z', '2026-11-23T18:50:00.000Z'],
  ]);
  expect(found[0]?.clientId).toBe(found[1]?.clientId);
  expect(found[0]?.clientId).not.toBe(found[2]?.clientId);
});

test('a cancellation is at noon of its date, or at the start if the date is unknown', async () => {
  await send(
    row('dated', { status: 'cancelled', cancelled_on: '2026-11-20' }),
    row('undated', { status: 'cancelled', starts_minute: 660 }),
  );
  expect((await bookings()).map(({ cancelledAt }) => cancelledAt?.toISOString())).toEqual([
    '2026-11-20T17:00:00.000Z',
    '2026-11-23T16:00:00.000Z',
  ]);
});
