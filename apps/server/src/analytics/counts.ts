/** Counts bookings from their segments. */
import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '../database/connect.ts';
import type { Interval } from '../time/intervals.ts';

/** The figures of a day or a range. `bookings` counts each booking that has a service in it once. */
export type Count = {
  bookings: number;
  services: number;
  completed: number;
  noShows: number;
  cancelled: number;
  revenueCents: number;
  bookedMinutes: number;
};

export type Grouping = 'date' | 'barber' | 'all';

/** SQL expressions over booking_segment, in the order of the fields of Count. */
export const figures = sql`count(DISTINCT booking_id)::int AS bookings,
  count(*)::int AS services,
  (count(*) FILTER (WHERE status = 'completed'))::int AS completed,
  (count(*) FILTER (WHERE status = 'no_show'))::int AS no_shows,
  (count(*) FILTER (WHERE status = 'cancelled'))::int AS cancelled,
  coalesce(sum(price_cents) FILTER (WHERE status = 'completed'), 0)::float8 AS revenue_cents,
  (coalesce(sum(extract(epoch FROM ends_at - starts_at)) FILTER (WHERE status <> 'cancelled'), 0) / 60)::float8
    AS booked_minutes`;

/** Counts the segments that start in any of `times`. Keys are dates in the shop's zone, barber ids, or `all`. */
export async function countSegments(
  executor: Executor,
  shop: { id: string; zone: string },
  times: readonly Interval[],
  by: Grouping,
): Promise<Map<string, Count>> {
  if (times.length === 0) return new Map();
  const key: Record<Grouping, RawBuilder<unknown>> = {
    date: sql`to_char(starts_at AT TIME ZONE ${shop.zone}, 'YYYY-MM-DD')`,
    barber: sql`barber_id::text`,
    all: sql`'all'`,
  };
  const { rows } = await sql<Count & { groupKey: string }>`
    SELECT ${key[by]} AS group_key, ${figures} FROM booking_segment
    JOIN unnest(${times.map((it) => new Date(it.startMs))}::timestamptz[],
      ${times.map((it) => new Date(it.endMs))}::timestamptz[]) AS time (range_start, range_end)
      ON starts_at >= range_start AND starts_at < range_end
    WHERE shop_id = ${shop.id} AND status <> 'held' GROUP BY 1`.execute(executor);
  return new Map(rows.map(({ groupKey, ...count }) => [groupKey, count]));
}
