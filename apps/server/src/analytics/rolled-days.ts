/**
 * Stored figures of past days, so that a report adds up days instead of counting bookings. They stay exact: a
 * transaction that changes a past day deletes its figures, under a lock that the roll-up takes too.
 */
import { sql } from 'kysely';
import type { Executor } from '../database/connect.ts';
import type { Tx } from '../database/transaction.ts';
import { type Count, figures } from './counts.ts';

type Shop = { id: string; zone: string };

/** The figures of one day. `barberId` is null for the whole shop. */
export type RolledDay = Count & { date: string; barberId: string | null };

/** First key of the advisory lock, to keep it apart from other locks on the shop. */
const lockNamespace = 7301;

/** Takes the lock until the end of the transaction: shared to change bookings, exclusive to roll up. */
async function lock(tx: Tx, shopId: string, mode: 'shared' | 'exclusive'): Promise<void> {
  const key = sql`${lockNamespace}::int, hashtext(${shopId})`;
  if (mode === 'shared') await sql`SELECT pg_advisory_xact_lock_shared(${key})`.execute(tx);
  else await sql`SELECT pg_advisory_xact_lock(${key})`.execute(tx);
}

/**
 * Rolls up the given past days that have no figures yet. Skips days with a booking that spans several days: their
 * figures would count the booking twice, so reports count these days from the bookings instead.
 */
export async function rollUp(tx: Tx, shop: Shop, dates: readonly string[]): Promise<void> {
  if (dates.length === 0) return;
  await lock(tx, shop.id, 'exclusive');
  const local = sql`(starts_at AT TIME ZONE ${shop.zone})::date`;
  await sql`
    WITH missing AS (
      SELECT date, date::timestamp AT TIME ZONE ${shop.zone} AS day_start,
        (date + 1)::timestamp AT TIME ZONE ${shop.zone} AS day_end
      FROM unnest(${dates}::date[]) AS day (date)
      WHERE NOT EXISTS (SELECT FROM analytics_day AS known WHERE known.shop_id = ${shop.id} AND known.date = day.date)
    ), segment AS (
      SELECT missing.date, booking_segment.* FROM missing JOIN booking_segment
        ON shop_id = ${shop.id} AND status <> 'held' AND starts_at >= day_start AND starts_at < day_end
    ), spanning AS (
      SELECT DISTINCT segment.date FROM segment JOIN booking_segment AS other USING (booking_id)
      WHERE other.status <> 'held' AND (other.starts_at AT TIME ZONE ${shop.zone})::date <> segment.date
    ), complete AS (
      SELECT date FROM missing WHERE date NOT IN (SELECT date FROM spanning)
    )
    INSERT INTO analytics_day (shop_id, date, barber_id, bookings, services, completed, no_shows, cancelled,
      revenue_cents, booked_minutes)
    SELECT ${shop.id}::uuid, date, barber_id, ${figures} FROM segment JOIN complete USING (date)
      GROUP BY date, GROUPING SETS ((barber_id), ())
    UNION ALL
    -- Days without bookings get a row too.
    SELECT ${shop.id}::uuid, date, NULL, 0, 0, 0, 0, 0, 0, 0 FROM complete
      WHERE date NOT IN (SELECT ${local} FROM segment)`.execute(tx);
}

/** The stored figures of a range, by day and barber. */
export async function rolledDays(
  executor: Executor,
  shopId: string,
  from: string,
  to: string,
): Promise<RolledDay[]> {
  const { rows } = await sql<RolledDay>`
    SELECT date::text, barber_id, bookings, services, completed, no_shows, cancelled, revenue_cents::float8, booked_minutes
    FROM analytics_day WHERE shop_id = ${shopId} AND date BETWEEN ${from}::date AND ${to}::date`.execute(
    executor,
  );
  return rows;
}

/** The subset of `dates` that have stored figures. */
export async function rolledDates(
  executor: Executor,
  shopId: string,
  dates: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ date: string }>`
    SELECT date::text FROM analytics_day
    WHERE shop_id = ${shopId} AND barber_id IS NULL AND date = ANY(${dates}::date[])`.execute(executor);
  return new Set(rows.map(({ date }) => date));
}

/** Deletes the figures of the past days in which `times` start, because their bookings have changed. */
export async function deleteRolledDays(
  tx: Tx,
  shop: Shop,
  times: readonly { startMs: number }[],
  nowMs: number,
): Promise<void> {
  const past = times.filter(({ startMs }) => startMs < nowMs);
  if (past.length === 0) return;
  await lock(tx, shop.id, 'shared');
  await sql`DELETE FROM analytics_day USING unnest(${past.map(({ startMs }) => new Date(startMs))}::timestamptz[])
      AS changed (starts_at)
    WHERE shop_id = ${shop.id} AND date = (changed.starts_at AT TIME ZONE ${shop.zone})::date`.execute(tx);
}

/** Deletes all figures of a shop, for changes that affect many past days. */
export async function deleteAllRolledDays(tx: Tx, shopId: string): Promise<void> {
  await lock(tx, shopId, 'shared');
  await tx.deleteFrom('analyticsDay').where('shopId', '=', shopId).execute();
}
