import { randomUUID } from 'node:crypto';
import type { BookingCreated, Problem } from '@bookedbarber/contract';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestServer } from './server.ts';
import { everyDay, makeShop, type Send, sendTo } from './shop-fixture.ts';

export type TwoServers = Pick<TestServer, 'url' | 'urls' | 'databaseUrl' | 'operatorToken' | 'stop'>;

/** What nobody may be able to do to two servers that share a database, whatever separates the two. */
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
    asGuest = (number) => guests[number % guests.length] as Send;
  });
  afterAll(async () => {
    await database.end();
    await server.stop();
  });

  const client = (number: number) => ({ name: `Guest ${number}`, email: `guest${number}@example.com` });

  const date = new Date(Date.now() + 36 * 3_600_000).toISOString().slice(0, 10);
  /** An instant of that date. */
  function tomorrowAt(minute: number): string {
    // The zone of the shop is UTC, so that this arithmetic is right on every day.
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

  test('many ask for one slot at once at two servers: one gets it, the others hear the next free times', async () => {
    const { shop, services, barbers } = await makeShop(sendTo(server.url, server.operatorToken), {
      shop: { zone: 'UTC' },
    });
    const start = tomorrowAt(600);
    const answers = await Promise.all(
      Array.from({ length: most.forOneSlot }, (_, number) =>
        asGuest(number)('POST', `/api/v1/shops/${shop.slug}/bookings`, {
          segments: [{ service_id: services[0]?.id, barber_id: barbers[0]?.id }],
          start,
          client: client(number),
        }),
      ),
    );
    expect(tally(answers.map((answer) => answer.status))).toEqual({ 201: 1, 409: most.forOneSlot - 1 });
    for (const answer of answers.filter((it) => it.status === 409)) {
      const refusal = answer.body as unknown as Problem;
      expect(refusal.code).toBe('slot_taken');
      expect(refusal.next_free).toHaveLength(5);
      expect(Date.parse(refusal.next_free?.[0] ?? '')).toBe(Date.parse(start) + 30 * 60_000);
    }
  });

  test('many partly overlapping visits, two barbers, two servers: nothing overlaps, nobody sees an error', async () => {
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
    const visits = [
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
    const answers = await Promise.all(
      Array.from({ length: most.overlapping }, (_, number) =>
        asGuest(number)('POST', `/api/v1/shops/${shop.slug}/bookings`, {
          segments: visits[number % visits.length],
          start: tomorrowAt(540 + ((number * 7) % 50) * 10),
          client: client(number),
        }),
      ),
    );
    const counts = tally(answers.map((answer) => answer.status));
    expect(Object.keys(counts).sort()).toEqual(['201', '409']);
    expect(counts[201]).toBeGreaterThan(10);
    expect(await overlappingPairs()).toBe(0);

    // Moving them all about at once keeps it so.
    const booked = answers.filter((answer) => answer.status === 201).map((answer) => answer.body as unknown);
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
    expect(moves.every((move) => move.status === 200 || move.status === 409)).toBe(true);
    expect(await overlappingPairs()).toBe(0);
  });

  test('a writer that goes past the locks is refused by the database itself', async () => {
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
