import { endsMinute, type SalonBooking } from './files/bookings-file.ts';

/** The rule of findOverlaps in words, for the report. */
export const overlapRule =
  'The rows that were not cancelled are put into an empty book one by one, by date and start. A row that begins before ' +
  'an earlier row of the same staff member in that book is over counts as an overlap and stays outside of it; a row ' +
  'that meets only rows outside is told apart as chained. The minutes are those of services.csv.';

/** A row that begins before another one of the same person is over. */
export type Overlap = {
  row: SalonBooking;
  /** The earlier row of the same person on the same date. */
  of: SalonBooking;
  /** How many minutes both want the same person. */
  byMinutes: number;
};

export type Overlaps = {
  /** Rows that a book without double bookings would have refused. */
  conflicts: Overlap[];
  /** Rows that overlap nothing but a row of the list above. */
  chained: Overlap[];
};

/**
 * Which rows overlap. The rows that took somebody's time (not cancelled) are put into an empty book one by one, by date
 * and start. A row that begins before an earlier row in the book is over is a conflict and stays outside; one that only
 * meets rows outside is told apart as chained. So the conflicts are as many as a book without double bookings refuses.
 */
export function findOverlaps(bookings: readonly SalonBooking[]): Overlaps {
  const overlaps: Overlaps = { conflicts: [], chained: [] };
  const taken = bookings.filter((booking) => booking.status !== 'cancelled').sort(byStart);
  const days = new Map<string, { inside: SalonBooking[]; outside: SalonBooking[] }>();
  for (const row of taken) {
    const key = JSON.stringify([row.staff, row.date]);
    const day = days.get(key) ?? { inside: [], outside: [] };
    days.set(key, day);
    const conflict = maxOverlap(row, day.inside);
    const chained = maxOverlap(row, day.outside);
    if (conflict !== undefined) {
      overlaps.conflicts.push(conflict);
      day.outside.push(row);
    } else {
      if (chained !== undefined) overlaps.chained.push(chained);
      day.inside.push(row);
    }
  }
  return overlaps;
}

/** Order of date, start and line. */
export function byStart(a: SalonBooking, b: SalonBooking): number {
  return a.date.localeCompare(b.date) || a.startsMinute - b.startsMinute || a.line - b.line;
}

/** `earlier` begin no later than the row. */
function maxOverlap(row: SalonBooking, earlier: readonly SalonBooking[]): Overlap | undefined {
  return earlier
    .map((of) => ({ row, of, byMinutes: Math.min(endsMinute(of), endsMinute(row)) - row.startsMinute }))
    .filter((overlap) => overlap.byMinutes > 0)
    .sort((a, b) => b.byMinutes - a.byMinutes)[0];
}
