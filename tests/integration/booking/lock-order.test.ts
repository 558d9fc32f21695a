import type { Problem } from '@bookedbarber/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Tx, transaction } from '../../../apps/server/src/database/transaction.ts';
import { eventually } from '../../support/eventually.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { linkOf, TestShop } from '../../support/test-shop.ts';

const now = '2026-11-23T08:00:00-05:00';
const day = '2026-11-24';
const at = (time: string) => `${day}T${time}:00-05:00`;
const team = { barbers: [{ name: 'Ada' }, { name: 'Ben' }, { name: 'Cem' }] };

let server: InProcess;
beforeAll(async () => {
  server = await startInProcess(now);
});
afterAll(() => server.close());

/** Waits until a transaction waits for the lock of a barber. */
async function aBookingWaits(tx: Tx): Promise<void> {
  // Only locks of this database, because other test files share the server.
  const waiting = sql<{ count: number }>`SELECT count(*)::int AS count FROM pg_locks
    WHERE locktype = 'advisory' AND NOT granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  await eventually(async () => expect((await waiting.execute(tx)).rows[0]?.count).toBe(1));
}

const lock = (tx: Tx, key: string | undefined) => sql`SELECT pg_advisory_xact_lock(${key})`.execute(tx);
async function isFree(tx: Tx, key: string): Promise<boolean> {
  const { rows } = await sql<{ free: boolean }>`SELECT pg_try_advisory_xact_lock(${key}) AS free`.execute(tx);
  return rows[0]?.free === true;
}

/** The lock keys of these barbers, in order. */
async function keysOf(ids: readonly (string | undefined)[]): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`SELECT hashtextextended(id, 0)::text AS key
    FROM unnest(${ids}::text[]) AS id ORDER BY hashtextextended(id, 0)`.execute(server.context.db);
  return rows.map(({ key }) => key);
}

test.each([0, 1, 2])('a booking locks its candidates in key order: it waits for number %i', async (held) => {
  const shop = await TestShop.open(server, day, team);
  const keys = await keysOf(shop.fixture.barbers.map(({ id }) => id));
  const { booked } = await transaction(server.context.db, async (tx) => {
    await lock(tx, keys[held]);
    const begun = shop.booked([shop.segment(0)], at('10:00'));
    await aBookingWaits(tx);
    const others = keys.filter((_, number) => number !== held);
    const free = [];
    for (const key of others) free.push(await isFree(tx, key));
    expect(free).toEqual(others.map((_, number) => number >= held));
    return { booked: begun };
  });
  await booked;
});

test('a move to another barber locks the barbers of both times before the booking', async () => {
  const shop = await TestShop.open(server, day, team);
  const created = await shop.booked([shop.segment(0, 0)], at('10:00'));
  const path = `/api/v1/bookings/${created.booking.id}/reschedule`;
  for (const barber of [0, 1]) {
    const [key] = await keysOf([shop.fixture.barbers[barber]?.id]);
    const segments = [shop.segment(0, 1 - barber)];
    const { moved } = await transaction(server.context.db, async (tx) => {
      await lock(tx, key);
      const begun = server.asGuest('POST', path, { start: at('11:00'), segments }, linkOf(created));
      await aBookingWaits(tx);
      await sql`SELECT FROM booking WHERE id = ${created.booking.id} FOR UPDATE NOWAIT`.execute(tx);
      return { moved: begun };
    });
    expect((await moved).status).toBe(200);
  }
});

test('a move that waited for another move fails, also without a version', async () => {
  const shop = await TestShop.open(server, day);
  const created = await shop.booked([shop.segment(0)], at('10:00'));
  const path = `/api/v1/bookings/${created.booking.id}`;
  const { bookings, catalog, db } = server.context;
  const record = await catalog.shop(db, shop.fixture.shop.slug);
  const { second } = await transaction(db, async (tx) => {
    await bookings.reschedule(
      tx,
      record,
      created.booking.id,
      { start: at('11:00') },
      { nowMs: Date.parse(now), actor: 'guest' },
    );
    const begun = server.asGuest('POST', `${path}/reschedule`, { start: at('12:00') }, linkOf(created));
    await aBookingWaits(tx);
    return { second: begun };
  });
  expect(((await second).body as Problem).code).toBe('version_conflict');
  const { body } = await server.asGuest('GET', path, undefined, linkOf(created));
  expect(body).toMatchObject({ starts_at: at('11:00'), version: 2 });
});
