import type { Booking, BookingCreated, Problem } from '@bookedbarber/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { makeShop, type Send, type ShopFixture } from '../../support/shop-fixture.ts';

const now = '2026-11-23T08:00:00-05:00';
const at = (time: string) => `2026-11-24T${time}:00-05:00`;

let server: InProcess;
beforeAll(async () => {
  server = await startInProcess(now);
});
afterAll(() => server.close());
beforeEach(() => server.clock.set(now));

const twoServices = {
  services: [
    { code: 'CUT', duration_minutes: 30, price_cents: 3000 },
    { code: 'BEARD', duration_minutes: 20, price_cents: 1500 },
  ],
  barbers: [{ name: 'Ada' }, { name: 'Ben' }],
};

async function booked({ shop, services, barbers }: ShopFixture, start: string): Promise<BookingCreated> {
  const response = await server.asGuest('POST', `/api/v1/shops/${shop.slug}/bookings`, {
    segments: [{ service_id: services[0]?.id, barber_id: barbers[0]?.id }],
    start,
    client: { name: 'Zoë', email: 'zoe@example.com' },
  });
  expect(response.status, JSON.stringify(response.body)).toBe(201);
  return response.body;
}

/** Performs an action on a booking as its guest, or as staff. */
async function act(created: BookingCreated, verb: string, body: unknown = {}, send: Send = server.asGuest) {
  const link = { 'booking-token': created.manage_url.split('#')[1] ?? '' };
  const response = await send('POST', `/api/v1/bookings/${created.booking.id}/${verb}`, body, link);
  return {
    status: response.status,
    booking: response.body as Booking,
    code: (response.body as Problem).code,
  };
}

describe('rescheduling a booking', () => {
  test('keeps its price and barber after the service has changed', async () => {
    const fixture = await makeShop(server.asOperator, twoServices);
    const created = await booked(fixture, at('10:00'));
    const service = `/api/v1/shops/${fixture.shop.slug}/services/${fixture.services[0]?.id}`;
    await server.asOperator('PATCH', service, { price_cents: 9900, active: false });
    const { booking } = await act(created, 'reschedule', { start: at('11:00') });
    expect(booking).toMatchObject({ price_cents: 3000, version: 2, starts_at: at('11:00') });
    expect(booking.segments.map((it) => it.barber_name)).toEqual(['Ada']);
  });

  test('can change its services and barbers, with the prices of the new services', async () => {
    const fixture = await makeShop(server.asOperator, twoServices);
    const created = await booked(fixture, at('10:00'));
    const [cut, beard] = fixture.services;
    const ben = fixture.barbers[1]?.id;
    const segments = [
      { service_id: cut?.id, barber_id: ben },
      { service_id: beard?.id, barber_id: ben },
    ];
    const { booking } = await act(created, 'reschedule', { start: at('10:00'), segments });
    expect(booking).toMatchObject({ price_cents: 4500, ends_at: at('10:50') });
    // Ada is free again. Ben is not.
    await booked(fixture, at('10:00'));
    const again = await act(await booked(fixture, at('12:00')), 'reschedule', {
      start: at('10:30'),
      segments: [segments[1]],
    });
    expect(again.code).toBe('slot_taken');
  });

  test('to a taken time, off the grid or into the past fails and leaves the booking unchanged', async () => {
    const fixture = await makeShop(server.asOperator);
    const created = await booked(fixture, at('10:00'));
    await booked(fixture, at('11:00'));
    for (const [start, code] of [
      [at('11:10'), 'slot_taken'],
      [at('12:05'), 'off_grid'],
      ['2026-11-22T10:00:00-05:00', 'start_in_past'],
      [at('17:40'), 'slot_taken'],
    ] as const) {
      expect((await act(created, 'reschedule', { start })).code).toBe(code);
    }
    const { booking } = await act(created, 'reschedule', { start: at('10:20'), version: 1 });
    expect(booking).toMatchObject({ version: 2, starts_at: at('10:20') });
  });

  test('succeeds once for concurrent requests with the same version', async () => {
    const fixture = await makeShop(server.asOperator);
    const created = await booked(fixture, at('10:00'));
    const moves = await Promise.all(
      ['11:00', '12:00', '13:00', '14:00'].map((time) =>
        act(created, 'reschedule', { start: at(time), version: 1 }),
      ),
    );
    expect(moves.filter((move) => move.status === 200)).toHaveLength(1);
    expect(moves.filter((move) => move.code === 'version_conflict')).toHaveLength(3);
  });

  test('concurrently with cancelling leaves the booking cancelled and its times free', async () => {
    const fixture = await makeShop(server.asOperator);
    const created = await booked(fixture, at('10:00'));
    await Promise.all([
      act(created, 'reschedule', { start: at('11:00') }),
      act(created, 'cancel'),
      act(created, 'reschedule', { start: at('12:00') }),
      act(created, 'cancel'),
    ]);
    const { booking } = await act(created, 'cancel');
    expect(booking.status).toBe('cancelled');
    expect((await act(created, 'reschedule', { start: at('13:00') })).code).toBe('booking_ended');
    for (const time of ['10:00', '11:00', '12:00']) await booked(fixture, at(time));
  });
});

describe('the change notice', () => {
  test('applies to guests to the second', async () => {
    const fixture = await makeShop(server.asOperator, {
      shop: { policy: { change_notice_minutes: 120 } as never },
    });
    const created = await booked(fixture, at('12:00'));
    server.clock.set('2026-11-24T10:00:01-05:00');
    expect((await act(created, 'cancel')).code).toBe('too_late_to_change');
    expect((await act(created, 'reschedule', { start: at('15:00') })).code).toBe('too_late_to_change');
    server.clock.set('2026-11-24T10:00:00-05:00');
    expect((await act(created, 'reschedule', { start: at('15:00') })).booking.starts_at).toBe(at('15:00'));
  });

  test('does not apply to staff', async () => {
    const fixture = await makeShop(server.asOperator);
    const created = await booked(fixture, at('12:00'));
    server.clock.set(at('12:10'));
    expect((await act(created, 'cancel')).code).toBe('too_late_to_change');
    expect((await act(created, 'reschedule', { start: at('15:00') }, server.asOperator)).status).toBe(200);
    expect((await act(created, 'cancel', { reason: 'ill' }, server.asOperator)).booking.status).toBe(
      'cancelled',
    );
  });
});

describe('a shop that requires approval', () => {
  test('blocks the time of a pending booking and confirms it once', async () => {
    const fixture = await makeShop(server.asOperator, {
      shop: { policy: { requires_approval: true } as never },
    });
    const created = await booked(fixture, at('10:00'));
    expect(created.booking.status).toBe('pending');
    const other = await server.asGuest('POST', `/api/v1/shops/${fixture.shop.slug}/bookings`, {
      segments: [{ service_id: fixture.services[0]?.id }],
      start: at('10:00'),
      client: { name: 'Ben', email: 'ben@example.com' },
    });
    expect(other.status).toBe(409);
    expect((await act(created, 'confirm')).code).toBe('unauthorized');
    expect((await act(created, 'confirm', {}, server.asOperator)).booking).toMatchObject({
      status: 'confirmed',
      version: 2,
    });
    expect((await act(created, 'confirm', {}, server.asOperator)).booking.version).toBe(2);
  });

  test('confirms bookings of its staff immediately', async () => {
    const fixture = await makeShop(server.asOperator, {
      shop: { policy: { requires_approval: true } as never },
    });
    const response = await server.asOperator('POST', `/api/v1/shops/${fixture.shop.slug}/bookings`, {
      segments: [{ service_id: fixture.services[0]?.id }],
      start: at('10:00'),
      client: { name: 'Ben', email: 'ben@example.com' },
    });
    expect((response.body as BookingCreated).booking.status).toBe('confirmed');
  });
});

describe('the final status of a booking', () => {
  test('cannot be set before its start', async () => {
    const created = await booked(await makeShop(server.asOperator), at('10:00'));
    for (const verb of ['complete', 'no-show']) {
      expect((await act(created, verb, {}, server.asOperator)).code).toBe('status_not_possible');
    }
  });

  test('can change between completed and no_show, but not back to an open status', async () => {
    const created = await booked(await makeShop(server.asOperator), at('10:00'));
    server.clock.set(at('10:30'));
    const staff = (verb: string, body?: unknown) => act(created, verb, body, server.asOperator);
    expect((await staff('no-show')).booking).toMatchObject({ status: 'no_show', change_until: null });
    expect((await staff('complete')).booking).toMatchObject({ status: 'completed', version: 3 });
    expect((await staff('confirm')).code).toBe('status_not_possible');
    expect((await staff('cancel')).code).toBe('booking_ended');
    expect((await staff('reschedule', { start: at('15:00') })).code).toBe('booking_ended');
  });

  test('cannot be set for a cancelled booking', async () => {
    const created = await booked(await makeShop(server.asOperator), at('10:00'));
    await act(created, 'cancel');
    server.clock.set(at('10:30'));
    expect((await act(created, 'complete', {}, server.asOperator)).code).toBe('status_not_possible');
  });
});
