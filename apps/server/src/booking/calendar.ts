import { sql } from 'kysely';
import type { Executor } from '../database/connect.ts';
import type { Staff } from '../staff/staff.ts';
import { addDays } from '../time/dates.ts';
import { type Interval, union } from '../time/intervals.ts';
import { localDay } from '../time/wall-time.ts';
import type { BarberTime } from './assignment.ts';

/** Days into which a visit that begins late on the last day may reach: five services of twelve hours, and a buffer. */
const marginDays = 3;

export type CalendarRequest = {
  shop: { id: string; zone: string };
  barberIds: readonly string[];
  /** First and last day, dates of the shop's zone. */
  from: string;
  to: string;
  /** Holds that ended before this no longer block. */
  nowMs: number;
  /** A booking that is being moved does not stand in its own way. */
  exceptBookingId?: string;
};

/** When each of the barbers works and is blocked, from the beginning of `from` on and some way past the end of `to`. */
export async function loadCalendar(
  executor: Executor,
  staff: Staff,
  request: CalendarRequest,
): Promise<Map<string, BarberTime>> {
  const working = await staff.workingTime(executor, { ...request, to: addDays(request.to, marginDays) });
  const blocked = await loadBlocked(executor, request);
  return new Map(
    request.barberIds.map((barberId) => [
      barberId,
      { working: working.get(barberId) ?? [], blocked: union(blocked.get(barberId) ?? []) },
    ]),
  );
}

async function loadBlocked(executor: Executor, request: CalendarRequest): Promise<Map<string, Interval[]>> {
  const { zone } = request.shop;
  // Buffers reach back from the first start, by two hours at most.
  const fromMs = localDay(zone, addDays(request.from, -1)).startMs;
  const toMs = localDay(zone, addDays(request.to, marginDays)).endMs;
  let query = executor
    .selectFrom('bookingSegment')
    .select([
      'barberId',
      sql<Date>`lower(blocked)`.as('blockedStart'),
      sql<Date>`upper(blocked)`.as('blockedEnd'),
    ])
    .where('barberId', 'in', [...request.barberIds])
    .where('status', 'in', ['held', 'pending', 'confirmed'])
    .where(sql<boolean>`blocked && tstzrange(${new Date(fromMs)}, ${new Date(toMs)})`)
    .where((eb) =>
      eb.or([
        eb('status', '!=', 'held'),
        eb.exists(
          eb
            .selectFrom('booking')
            .select('booking.id')
            .whereRef('booking.id', '=', 'bookingSegment.bookingId')
            .where('booking.heldUntil', '>', new Date(request.nowMs)),
        ),
      ]),
    );
  if (request.exceptBookingId !== undefined) query = query.where('bookingId', '!=', request.exceptBookingId);
  const byBarber = new Map<string, Interval[]>();
  for (const row of await query.execute()) {
    const list = byBarber.get(row.barberId) ?? [];
    list.push({ startMs: row.blockedStart.getTime(), endMs: row.blockedEnd.getTime() });
    byBarber.set(row.barberId, list);
  }
  return byBarber;
}
