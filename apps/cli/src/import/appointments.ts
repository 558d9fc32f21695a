import type { SalonBooking } from './files/bookings-file.ts';
import { byStart } from './overlaps.ts';

/** What one client booked on one date, in order of start. A row that names no client is a visit of its own. */
export type GroupedBooking = { client: string | undefined; date: string; rows: SalonBooking[] };

/** The visits of a book, by date. */
export function groupBookings(bookings: readonly SalonBooking[]): GroupedBooking[] {
  const visits = new Map<string, GroupedBooking>();
  for (const row of [...bookings].sort(byStart)) {
    const key = row.client === undefined ? `line ${row.line}` : JSON.stringify([row.client, row.date]);
    const visit = visits.get(key) ?? { client: row.client, date: row.date, rows: [] };
    visit.rows.push(row);
    visits.set(key, visit);
  }
  return [...visits.values()];
}

export type GroupedBookingCounts = {
  visits: number;
  severalServices: number;
  /** Of those with several services. */
  severalStaff: number;
  /** Visits whose rows ended differently; a booking ends in one way, so each ending becomes a booking. */
  mixedStatuses: number;
  /** Bookings that the visits become. */
  bookings: number;
};

export function countGroupedBookings(visits: readonly GroupedBooking[]): GroupedBookingCounts {
  const finalStatuses = visits.map((visit) => new Set(visit.rows.map((row) => row.status)).size);
  return {
    visits: visits.length,
    severalServices: visits.filter((visit) => visit.rows.length > 1).length,
    severalStaff: visits.filter((visit) => new Set(visit.rows.map((row) => row.staff)).size > 1).length,
    mixedStatuses: finalStatuses.filter((count) => count > 1).length,
    bookings: finalStatuses.reduce((sum, count) => sum + count, 0),
  };
}
