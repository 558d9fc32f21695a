import { randomUUID } from 'node:crypto';
import type { BookingCreated, Problem } from '@bookedbarber/contract';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../packages/redis-tier/src/testing/until.ts';
import type { TestServer } from './server.ts';
import { everyDay, makeShop, type Send, sendTo } from './shop-fixture.ts';

export type TwoServers = Pick<TestServer, 'url' | 'urls' | 'databaseUrl' | 'operatorToken' | 'stop'>;

/** Tests that two servers with a shared database never double-book. */
export function testDoubleBooking(
  startTwo: () => Promise<TwoServers>,
  most: { forOneSlot: number; overlapping: number },
): void {
  let server: TwoServers;
  let database: pg.Client;
  /** Sends as a guest; requests alternate between the two servers. */
  let asGuest: (number: number) => Send;

  beforeAll(async () => {
    server = await startTwo();
    database = new pg.Client({ connectionString: server.databaseUrl });
    await database.connect();
    const guests = server.urls.map((url) => sendTo(url));
    // Repeats only load shedding, with the same key; every other 503 fails the test.
    asGuest =
      (number) =>
      (method, path, body, headers = {}) => {
        const keyed = { 'idempotency-key': randomUUID(), ...headers };
        return until(
          'a response other than overloaded',
          () => (guests[number % guests.length] as Send)(method, path, body, keyed),
          ({ body: response }) => (response as unknown as Partial<Problem>)?.code !== 'overloaded',
        );
      };
  });
  afterAll(async () => {
    await database.end();
    await server.stop();
  });

  const client = (number: number) => ({ name: `Guest ${number}`, email: `guest${number}@example.com` });

  const date = new Date(Date.now() + 36 * 3_600_000).toISOString().slice(0, 10);
  /** The instant at this minute of that date. */
  function tomorrowAt(minute: number): string {
    // The shop's time zone is UTC, so days have no clock changes.
    return new Date(Date.parse(`${date}T00:00:00Z`) + minute * 60_000).toISOString();
  }

  function tally(statuses: readonly number[]): Record<number, number> {
    const counts: Record<number, number> = {};
    for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }

  async function overlappingPairs(): Promise<number> {
    const { rows } = await database.query(`
      SELECT count(*)::int AS pairs FROM booking_segment a JOIN booking_segment b
      ON a.barber_id = b.barber_id AND a.blocked && b.blocked AND (a.booking_id, a.position) < (b.booking_id, b.position)
      WHERE a.status IN ('held', 'pending', 'confirmed') AND b.status IN ('held', 'pending', 'confirmed')`);
    return rows[0].pairs;
  }

  test('of many concurrent requests for one slot on two servers, one succeeds and the others get the next free times', async () => {
    const { shop, services, barbers } = await makeShop(sendTo(server.url, server.operatorToken), {
      shop: { zone: 'UTC' },
    });
    const start = tomorrowAt(600);
    const responses = await Promise.all(
      Array.from({ length: most.forOneSlot }, (_, number) =>
        asGuest(number)('POST', `/api/v1/shops/${shop.slug}/bookings`, {
          segments: [{ service_id: services[0]?.id, barber_id: barbers[0]?.id }],
          start,
          client: client(number),
        }),
      ),
    );
    expect(tally(responses.map(({ status }) => status))).toEqual({ 201: 1, 409: most.forOneSlot - 1 });
    for (const { body } of responses.filter((it) => it.status === 409)) {
      const problem = body as unknown as Problem;
      expect(problem.code).toBe('slot_taken');
      expect(problem.next_free).toHaveLength(5);
      expect(Date.parse(problem.next_free?.[0] ?? '')).toBe(Date.parse(start) + 30 * 60_000);
    }
  });

  test('many partly overlapping requests for two barbers on two servers create no overlap and no error', async () => {
    const { shop, services, barbers } = await makeShop(sendTo(server.url, server.operatorToken), {
      shop: { zone: 'UTC' },
      services: [
        { code: 'CUT', duration_minutes: 40, buffer_after_minutes: 10 },
        { code: 'BEARD', duration_minutes: 20 },
      ],
      barbers: [
        { name: 'Ada', schedule: everyDay },
        { name: 'Ben', schedule: everyDay },
      ],
    });
    const [cut, beard] = services;
    const [ada, ben] = barbers;
    const segmentLists = [
      [{ service_id: cut?.id, barber_id: ada?.id }],
      [{ service_id: beard?.id, barber_id: ben?.id }],
      [{ service_id: cut?.id }],
      [
        { service_id: cut?.id, barber_id: ben?.id },
        { service_id: beard?.id, barber_id: ada?.id },
      ],
      [
        { service_id: beard?.id, barber_id: ada?.id },
        { service_id: cut?.id, barber_id: ben?.id },
      ],
      [{ service_id: cut?.id }, { service_id: beard?.id }],
    ];
    const responses = await Promise.all(
      Array.from({ length: most.overlapping }, (_, number) =>
        asGuest(number)('POST', `/api/v1/shops/${shop.slug}/bookings`, {
          segments: segmentLists[number % segmentLists.length],
          start: tomorrowAt(540 + ((number * 7) % 50) * 10),
          client: client(number),
        }),
      ),
    );
    const counts = tally(responses.map(({ status }) => status));
    expect(Object.keys(counts).sort()).toEqual(['201', '409']);
    expect(counts[201]).toBeGreaterThan(10);
    expect(await overlappingPairs()).toBe(0);

    // Concurrent moves of all bookings create no overlap either.
    const booked = responses.filter(({ status }) => status === 201).map(({ body }) => body as unknown);
    const moves = await Promise.all(
      (booked as BookingCreated[]).flatMap(({ booking, manage_url }, number) =>
        [10, 20, 30].map((later) =>
          asGuest(number + later)(
            'POST',
            `/api/v1/bookings/${booking.id}/reschedule`,
            { start: new Date(Date.parse(booking.starts_at) + later * 60_000).toISOString() },
            { 'booking-token': manage_url.split('#')[1] ?? '', 'idempotency-key': randomUUID() },
          ),
        ),
      ),
    );
    expect(Object.keys(tally(moves.map(({ status }) => status))).sort()).toEqual(['200', '409']);
    expect(await overlappingPairs()).toBe(0);
  });

  test('the database itself rejects a writer that bypasses the locks', async () => {
    const { shop, services, barbers } = await makeShop(sendTo(server.url, server.operatorToken), {
      shop: { zone: 'UTC' },
    });
    const { body } = (await asGuest(0)('POST', `/api/v1/shops/${shop.slug}/bookings`, {
      segments: [{ service_id: services[0]?.id, barber_id: barbers[0]?.id }],
      start: tomorrowAt(600),
      client: client(1),
    })) as unknown as { body: BookingCreated };
    const copy = database.query(
      `WITH again AS (
         INSERT INTO booking (shop_id, client_id, status, source, starts_at, ends_at, created_at)
         SELECT shop_id, client_id, status, source, starts_at, ends_at, now() FROM booking WHERE id = $1 RETURNING *
       )
       INSERT INTO booking_segment (booking_id, position, shop_id, status, barber_id, service_id, starts_at, ends_at, blocked, price_cents)
       SELECT again.id, 0, again.shop_id, again.status, s.barber_id, s.service_id, s.starts_at, s.ends_at, s.blocked, 0
       FROM again, booking_segment s WHERE s.booking_id = $1`,
      [body.booking.id],
    );
    await expect(copy).rejects.toMatchObject({ code: '23P01', constraint: 'no_double_booking' });
  });
}
