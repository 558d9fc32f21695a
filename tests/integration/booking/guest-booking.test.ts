import type { Availability, Booking, BookingCreated, Hold, Problem } from '@bookedbarber/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { makeShop, type ShopFixture } from '../../support/shop-fixture.ts';

/** A Monday morning in New York. */
const now = '2026-11-23T08:00:00-05:00';
const guest = { name: "Zoë O'Brien", email: 'zoe@example.com', phone: '(212) 555-0123' };

let server: InProcess;
beforeAll(async () => {
  server = await startInProcess(now);
});
afterAll(() => server.close());

function availabilityPath(
  { shop, services }: ShopFixture,
  from: string,
  days: number,
  barber = 'any',
): string {
  return `/api/v1/shops/${shop.slug}/availability?segment=${services[0]?.id}:${barber}&from=${from}&days=${days}`;
}

describe('a guest', () => {
  test('books a free time, which is then no longer offered', async () => {
    const fixture = await makeShop(server.asOperator);
    const { slug } = fixture.shop;
    const path = availabilityPath(fixture, '2026-11-24', 1);
    const before: Availability = (await server.asGuest('GET', path)).body;
    expect(before.days[0]?.starts).toHaveLength(52);
    expect(before.days[0]?.starts[0]).toBe('2026-11-24T09:00:00-05:00');
    expect(before.days[0]?.starts.at(-1)).toBe('2026-11-24T17:30:00-05:00');

    const response = await server.asGuest('POST', `/api/v1/shops/${slug}/bookings`, {
      segments: [{ service_id: fixture.services[0]?.id }],
      start: '2026-11-24T10:00:00-05:00',
      client: guest,
    });
    expect(response.status, JSON.stringify(response.body)).toBe(201);
    const { booking, manage_url }: BookingCreated = response.body;
    expect(booking).toMatchObject({
      status: 'confirmed',
      version: 1,
      starts_at: '2026-11-24T10:00:00-05:00',
      ends_at: '2026-11-24T10:30:00-05:00',
      client: { name: "Zoë O'Brien", phone: '+12125550123' },
      change_until: '2026-11-24T08:00:00-05:00',
    });
    expect(manage_url).toMatch(new RegExp(`^http://shop.example/manage/${booking.id}#[\\w-]{43}$`));

    const after: Availability = (await server.asGuest('GET', path)).body;
    const gone = before.days[0]?.starts.filter((start) => !after.days[0]?.starts.includes(start));
    expect(gone?.map((start) => start.slice(11, 16))).toEqual(['09:40', '09:50', '10:00', '10:10', '10:20']);
  });

  test('books a held time, which no other guest can book', async () => {
    const fixture = await makeShop(server.asOperator);
    const path = `/api/v1/shops/${fixture.shop.slug}`;
    const request = {
      segments: [{ service_id: fixture.services[0]?.id }],
      start: '2026-11-24T10:00:00-05:00',
    };
    const hold: Hold = (await server.asGuest('POST', `${path}/holds`, request)).body;
    expect(hold.expires_at).toBe('2026-11-23T08:05:00-05:00');

    const other = await server.asGuest('POST', `${path}/bookings`, { ...request, client: guest });
    expect(other.status).toBe(409);
    const conflict: Problem = other.body;
    expect(conflict).toMatchObject({ code: 'slot_taken', type: 'urn:bookedbarber:problem:slot_taken' });
    expect(conflict.next_free?.map((start) => start.slice(11, 16))).toEqual([
      '10:30',
      '10:40',
      '10:50',
      '11:00',
      '11:10',
    ]);

    const booked = await server.asGuest('POST', `${path}/bookings`, { hold_id: hold.id, client: guest });
    expect(booked.status).toBe(201);
    expect((booked.body as BookingCreated).booking.id).toBe(hold.id);
  });

  test('cannot book an expired hold, whose time is free for others', async () => {
    const fixture = await makeShop(server.asOperator);
    const path = `/api/v1/shops/${fixture.shop.slug}`;
    const request = {
      segments: [{ service_id: fixture.services[0]?.id }],
      start: '2026-11-24T10:00:00-05:00',
    };
    const hold: Hold = (await server.asGuest('POST', `${path}/holds`, request)).body;
    server.clock.set('2026-11-23T08:05:00-05:00');
    const late = await server.asGuest('POST', `${path}/bookings`, { hold_id: hold.id, client: guest });
    expect([late.status, (late.body as Problem).code]).toEqual([409, 'hold_expired']);
    const other = await server.asGuest('POST', `${path}/bookings`, { ...request, client: guest });
    expect(other.status).toBe(201);
    server.clock.set(now);
  });

  test('reschedules and cancels with the link, and the booking keeps its id', async () => {
    const fixture = await makeShop(server.asOperator);
    const path = `/api/v1/shops/${fixture.shop.slug}`;
    const request = {
      segments: [{ service_id: fixture.services[0]?.id }],
      start: '2026-11-24T10:00:00-05:00',
    };
    const created: BookingCreated = (
      await server.asGuest('POST', `${path}/bookings`, { ...request, client: guest })
    ).body;
    const own = `/api/v1/bookings/${created.booking.id}`;
    const link = { 'booking-token': created.manage_url.split('#')[1] ?? '' };

    // Ten minutes later overlaps the old time of the booking itself, which is not a conflict.
    const moved = await server.asGuest(
      'POST',
      `${own}/reschedule`,
      { start: '2026-11-24T10:10:00-05:00', version: 1 },
      link,
    );
    expect(moved.status, JSON.stringify(moved.body)).toBe(200);
    expect(moved.body as Booking).toMatchObject({
      id: created.booking.id,
      version: 2,
      starts_at: '2026-11-24T10:10:00-05:00',
    });
    const stale = await server.asGuest(
      'POST',
      `${own}/reschedule`,
      { start: '2026-11-24T11:00:00-05:00', version: 1 },
      link,
    );
    expect((stale.body as Problem).code).toBe('version_conflict');

    const calendar = await server.asGuest('GET', `${own}/calendar.ics`, undefined, link);
    expect(calendar.body).toContain(`UID:${created.booking.id}@bookedbarber`);
    expect(calendar.body).toContain('SEQUENCE:1');
    expect(calendar.body).toContain('DTSTART:20261124T151000Z');

    const cancelled = await server.asGuest('POST', `${own}/cancel`, {}, link);
    expect(cancelled.body as Booking).toMatchObject({ status: 'cancelled', version: 3, change_until: null });
    const again = await server.asGuest('POST', `${path}/bookings`, {
      ...request,
      start: '2026-11-24T10:10:00-05:00',
      client: guest,
    });
    expect(again.status).toBe(201);
  });

  test('cannot read a booking with the token of another one', async () => {
    const fixture = await makeShop(server.asOperator);
    const path = `/api/v1/shops/${fixture.shop.slug}/bookings`;
    const segments = [{ service_id: fixture.services[0]?.id }];
    const book = async (start: string): Promise<BookingCreated> =>
      (await server.asGuest('POST', path, { segments, start, client: guest })).body;
    const mine = await book('2026-11-25T10:00:00-05:00');
    const theirs = await book('2026-11-25T11:00:00-05:00');
    const response = await server.asGuest('GET', `/api/v1/bookings/${theirs.booking.id}`, undefined, {
      'booking-token': mine.manage_url.split('#')[1] ?? '',
    });
    expect([response.status, (response.body as Problem).code]).toEqual([404, 'booking_not_found']);
  });
});
