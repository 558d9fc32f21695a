import type { SalonBooking } from './files/bookings-file.ts';
import { byStart } from './overlaps.ts';

/** All rows of one client on one date, by start. Each row without a client is a separate appointment. */
export type GroupedBooking = { client: string | undefined; date: string; rows: SalonBooking[] };

/** Groups rows into appointments, ordered by date. */
export function groupBookings(bookings: readonly SalonBooking[]): GroupedBooking[] {
  const appointments = new Map<string, GroupedBooking>();
  for (const row of [...bookings].sort(byStart)) {
    const key = row.client === undefined ? `line ${row.line}` : JSON.stringify([row.client, row.date]);
    const appointment = appointments.get(key) ?? { client: row.client, date: row.date, rows: [] };
    appointment.rows.push(row);
    appointments.set(key, appointment);
  }
  return [...appointments.values()];
}

export type GroupedBookingCounts = {
  appointments: number;
  severalServices: number;
  /** Of the appointments with several services, those with more than one staff member. */
  severalStaff: number;
  /** Appointments whose rows differ in status. A booking has one status, so each status becomes a booking. */
  mixedStatuses: number;
  /** Number of bookings created from the appointments. */
  bookings: number;
};

export function countGroupedBookings(appointments: readonly GroupedBooking[]): GroupedBookingCounts {
  const finalStatuses = appointments.map(
    (appointment) => new Set(appointment.rows.map((row) => row.status)).size,
  );
  return {
    appointments: appointments.length,
    severalServices: appointments.filter((appointment) => appointment.rows.length > 1).length,
    severalStaff: appointments.filter(
      (appointment) => new Set(appointment.rows.map((row) => row.staff)).size > 1,
    ).length,
    mixedStatuses: finalStatuses.filter((count) => count > 1).length,
    bookings: finalStatuses.reduce((sum, count) => sum + count, 0),
  };
}
