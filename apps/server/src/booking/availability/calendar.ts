import { sql } from 'kysely';
import type { Executor } from '../../database/connect.ts';
import type { Staff } from '../../staff/staff.ts';
import { addDays } from '../../time/dates.ts';
import { type Interval, union } from '../../time/intervals.ts';
import { localDay, minuteMs } from '../../time/wall-time.ts';
import type { BarberTime } from './assignment.ts';

/** Days that a booking late on the last day may extend into: five services of twelve hours plus a buffer. */
export const marginDays = 3;
/** Longest buffer of a service. */
export const maxBufferMs = 120 * minuteMs;

/** Time that a booking blocks. A hold blocks only until `heldUntilMs`. */
export type BlockedTime = Interval & { heldUntilMs: number | null };

export type CalendarRange = {
  shop: { id: string; zone: string };
  barberIds: readonly string[];
  /** First and last day, dates of the shop's zone. */
  from: string;
  to: string;
};

export type CalendarRequest = CalendarRange & {
  /** Holds that expired before this time do not block. */
  nowMs: number;
  /** The booking being rescheduled. Its own time does not conflict. */
  exceptBookingId?: string;
};

/** When each barber works and is blocked, from the start of `from` to `marginDays` after the end of `to`. */
export async function loadCalendar(
  executor: Executor,
  staff: Staff,
  request: CalendarRequest,
): Promise<Map<string, BarberTime>> {
  const range = { ...request, to: addDays(request.to, marginDays) };
  const working = await staff.workingTime(executor, range);
  const blocked = await loadBlocked(executor, range, request.exceptBookingId);
  return new Map(
    request.barberIds.map((barberId) => [
      barberId,
      {
        working: working.get(barberId) ?? [],
        blocked: blockedAt(blocked.get(barberId) ?? [], request.nowMs),
      },
    ]),
  );
}

/** The blocked time as of `nowMs`, without expired holds. */
export function blockedAt(blocked: readonly BlockedTime[], nowMs: number): Interval[] {
  return union(blocked.filter((time) => time.heldUntilMs === null || time.heldUntilMs > nowMs));
}

/** Blocked time by barber from `maxBufferMs` before the start of `from` to the end of `to`, including expired holds. */
export async function loadBlocked(
  executor: Executor,
  { shop, barberIds, from, to }: CalendarRange,
  exceptBookingId?: string,
): Promise<Map<string, BlockedTime[]>> {
  const fromMs = localDay(shop.zone, from).startMs - maxBufferMs;
  const toMs = localDay(shop.zone, to).endMs;
  let query = executor
    .selectFrom('bookingSegment')
    .select((eb) => [
      'barberId',
      sql<Date>`lower(blocked)`.as('blockedStart'),
      sql<Date>`upper(blocked)`.as('blockedEnd'),
      eb
        .selectFrom('booking')
        .select('booking.heldUntil')
        .whereRef('booking.id', '=', 'bookingSegment.bookingId')
        .as('heldUntil'),
    ])
    .where('barberId', 'in', [...barberIds])
    .where('status', 'in', ['held', 'pending', 'confirmed'])
    .where(sql<boolean>`blocked && tstzrange(${new Date(fromMs)}, ${new Date(toMs)})`);
  if (exceptBookingId !== undefined) query = query.where('bookingId', '!=', exceptBookingId);
  const byBarber = new Map<string, BlockedTime[]>();
  for (const row of await query.execute()) {
    const list = byBarber.get(row.barberId) ?? [];
    list.push({
      startMs: row.blockedStart.getTime(),
      endMs: row.blockedEnd.getTime(),
      heldUntilMs: row.heldUntil?.getTime() ?? null,
    });
    byBarber.set(row.barberId, list);
  }
  return byBarber;
}
