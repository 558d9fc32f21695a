/**
 * Figures of days that are over, kept so that a report adds up days instead of visits. They are exact: whoever changes a
 * day that was rolled up removes its figures in the same transaction, under a lock that rolling up takes too.
 */
import { sql } from 'kysely';
import type { Executor } from '../database/connect.ts';
import type { Tx } from '../database/transaction.ts';
import { type Count, figures } from './counts.ts';

type Shop = { id: string; zone: string };

/** Figures of a day; `barberId` is null in those of the whole shop. */
export type RolledDay = Count & { date: string; barberId: string | null };

/** The lock's name space, so that it is no other lock on the shop. */
const lockSpace = 7301;

/** Until the end of the transaction: many who change the book may hold it, or one who rolls up. */
async function lock(tx: Tx, shopId: string, mode: 'shared' | 'exclusive'): Promise<void> {
  const key = sql`${lockSpace}::int, hashtext(${shopId})`;
  if (mode === 'shared') await sql`SELECT pg_advisory_xact_lock_shared(${key})`.execute(tx);
  else await sql`SELECT pg_advisory_xact_lock(${key})`.execute(tx);
}

/**
 * Rolls up days that are over and have no figures yet, but for those of which a booking has a part on another day: these
 * would not add up, and reports count them.
 */
export async function rollUp(tx: Tx, shop: Shop, dates: readonly string[]): Promise<void> {
  if (dates.length === 0) return;
  await lock(tx, shop.id, 'exclusive');
  const local = sql`(starts_at AT TIME ZONE ${shop.zone})::date`;
  await sql`
    WITH wanted AS (
      SELECT date, date::timestamp AT TIME ZONE ${shop.zone} AS begins_at,
        (date + 1)::timestamp AT TIME ZONE ${shop.zone} AS over_at
      FROM unnest(${dates}::date[]) AS day (date)
      WHERE NOT EXISTS (SELECT FROM analytics_day AS known WHERE known.shop_id = ${shop.id} AND known.date = day.date)
    ), segment AS (
      SELECT wanted.date, booking_segment.* FROM wanted JOIN booking_segment
        ON shop_id = ${shop.id} AND status <> 'held' AND starts_at >= begins_at AND starts_at < over_at
    ), uneven AS (
      SELECT DISTINCT segment.date FROM segment JOIN booking_segment AS other USING (booking_id)
      WHERE other.status <> 'held' AND (other.starts_at AT TIME ZONE ${shop.zone})::date <> segment.date
    ), even AS (
      SELECT date FROM wanted WHERE date NOT IN (SELECT date FROM uneven)
    )
    INSERT INTO analytics_day (shop_id, date, barber_id, bookings, services, completed, no_shows, cancelled,
      revenue_cents, booked_minutes)
    SELECT ${shop.id}::uuid, date, barber_id, ${figures} FROM segment JOIN even USING (date)
      GROUP BY date, GROUPING SETS ((barber_id), ())
    UNION ALL
    -- A day without any visit has figures too.
    SELECT ${shop.id}::uuid, date, NULL, 0, 0, 0, 0, 0, 0, 0 FROM even WHERE date NOT IN (SELECT ${local} FROM segment)`.execute(
    tx,
  );
}

/** The figures that there are of a range, by day and barber. */
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

/** Which of these dates have figures. */
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

/** The book of these times has changed: the figures of their days are no longer true. */
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

/** Everything of the shop: much of its past has changed. */
export async function deleteAllRolledDays(tx: Tx, shopId: string): Promise<void> {
  await lock(tx, shopId, 'shared');
  await tx.deleteFrom('analyticsDay').where('shopId', '=', shopId).execute();
}
