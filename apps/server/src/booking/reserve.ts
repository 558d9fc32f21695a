/**
 * Reserves time of barbers for a booking, inside a transaction. Advisory locks of all candidate barbers, taken in one
 * order, serialize bookings of the same barber without deadlocks. The exclusion constraint in the database rejects
 * every overlap, so a bug in this code can cause a rejected booking but never a double booking.
 */
import { sql } from 'kysely';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { Tx } from '../database/transaction.ts';
import type { Staff } from '../staff/staff.ts';
import { localDayAt } from '../time/wall-time.ts';
import { assignBarbers } from './availability/assignment.ts';
import { loadCalendar } from './availability/calendar.ts';
import { leastBookedFirst } from './availability/fair-share.ts';
import { barbersOf } from './resolve-segments.ts';
import type { PlacedSegment, SegmentOption } from './segments.ts';

export type Reservation = {
  shop: ShopRecord;
  segments: readonly SegmentOption[];
  startMs: number;
  nowMs: number;
  /** The booking being rescheduled. Its own time does not conflict. */
  exceptBookingId?: string;
  /** Barbers to lock in addition to the candidates: those of the booking being rescheduled. */
  alsoLock?: readonly string[];
};

/** Locks the barbers, deletes expired holds and assigns a barber to each segment. Null when the time is not free. */
export async function reserve(
  tx: Tx,
  staff: Staff,
  reservation: Reservation,
): Promise<PlacedSegment[] | null> {
  const { shop, segments, startMs, nowMs } = reservation;
  const barberIds = barbersOf(segments);
  if (barberIds.length === 0) return null;
  await lockBarbers(tx, [...barberIds, ...(reservation.alsoLock ?? [])]);
  await deleteExpiredHolds(tx, barberIds, nowMs);
  const day = localDayAt(shop.zone, startMs);
  const calendar = await loadCalendar(tx, staff, {
    shop,
    barberIds,
    from: day.date,
    to: day.date,
    nowMs,
    ...(reservation.exceptBookingId === undefined ? {} : { exceptBookingId: reservation.exceptBookingId }),
  });
  return assignBarbers(leastBookedFirst(segments, calendar, day), calendar, startMs);
}

/** Takes the locks in key order, which prevents deadlocks. PostgreSQL releases them when the transaction ends. */
async function lockBarbers(tx: Tx, barberIds: readonly string[]): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT hashtextextended(id, 0) AS key FROM unnest(${[...barberIds]}::text[]) AS id ORDER BY 1 OFFSET 0
  ) AS keys`.execute(tx);
}

/** The exclusion constraint does not check expiry: a hold blocks its time until its row is deleted. */
async function deleteExpiredHolds(tx: Tx, barberIds: readonly string[], nowMs: number): Promise<void> {
  await tx
    .deleteFrom('booking')
    .where('status', '=', 'held')
    .where('heldUntil', '<=', new Date(nowMs))
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('bookingSegment')
        .select('bookingId')
        .where('status', '=', 'held')
        .where('barberId', 'in', [...barberIds]),
    )
    .execute();
}

/** Replaces the segments of a booking. */
export async function writeSegments(
  tx: Tx,
  booking: { id: string; shopId: string; status: 'held' | 'pending' | 'confirmed' },
  segments: readonly PlacedSegment[],
): Promise<void> {
  await tx.deleteFrom('bookingSegment').where('bookingId', '=', booking.id).execute();
  await tx
    .insertInto('bookingSegment')
    .values(
      segments.map((segment, position) => ({
        bookingId: booking.id,
        position,
        shopId: booking.shopId,
        status: booking.status,
        barberId: segment.barberId,
        serviceId: segment.serviceId,
        startsAt: new Date(segment.startMs),
        endsAt: new Date(segment.endMs),
        blocked: `[${new Date(segment.blockedStartMs).toISOString()},${new Date(segment.blockedEndMs).toISOString()})`,
        priceCents: segment.priceCents,
      })),
    )
    .execute();
}
