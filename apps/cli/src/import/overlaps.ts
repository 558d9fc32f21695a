import { endsMinute, type SalonBooking } from './files/bookings-file.ts';

/** The rule of findOverlaps in words, for the report. */
export const overlapRule =
  'Rows that were not cancelled are added one by one to an empty schedule, by date and start. A row that starts before ' +
  'an earlier row of the same staff member in that schedule ends is counted as an overlap and is not added. A row that ' +
  'overlaps only such rows is listed separately as chained. Durations are those of services.csv.';

/** A row that starts before an earlier row of the same staff member ends. */
export type Overlap = {
  row: SalonBooking;
  /** The earlier row of the same staff member on the same date. */
  of: SalonBooking;
  /** Length of the overlap in minutes. */
  byMinutes: number;
};

export type Overlaps = {
  /** Rows that a system without double bookings would have rejected. */
  conflicts: Overlap[];
  /** Rows that overlap only rows in `conflicts`. */
  chained: Overlap[];
};

/**
 * Finds overlapping rows by `overlapRule`. The number of conflicts is the number of rows that a system without double
 * bookings would have rejected.
 */
export function findOverlaps(bookings: readonly SalonBooking[]): Overlaps {
  const overlaps: Overlaps = { conflicts: [], chained: [] };
  const notCancelled = bookings.filter((booking) => booking.status !== 'cancelled').sort(byStart);
  const days = new Map<string, { inside: SalonBooking[]; outside: SalonBooking[] }>();
  for (const row of notCancelled) {
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

/** The longest overlap of the row with one of the `earlier` rows, which start no later than it. */
function maxOverlap(row: SalonBooking, earlier: readonly SalonBooking[]): Overlap | undefined {
  return earlier
    .map((of) => ({ row, of, byMinutes: Math.min(endsMinute(of), endsMinute(row)) - row.startsMinute }))
    .filter((overlap) => overlap.byMinutes > 0)
    .sort((a, b) => b.byMinutes - a.byMinutes)[0];
}
