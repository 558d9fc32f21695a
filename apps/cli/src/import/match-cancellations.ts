import type { SalonBooking } from './files/bookings-file.ts';
import type { Cancellation } from './files/cancellations-file.ts';

/** The rule of matchCancellations in words, for the report. */
export const matchRule =
  'A cancellation belongs to a cancelled row of bookings.csv with the same client, staff member, service and date.';

/** Cancellations matched with the rows of bookings.csv. */
export type CancellationMatch = {
  /** The cancellation of each matched row. */
  byBooking: Map<SalonBooking, Cancellation>;
  /** Duplicates: cancellations whose row is already matched. */
  repeated: Cancellation[];
  /** Cancellations without a cancelled row. */
  unmatched: Cancellation[];
  /** Number of unmatched cancellations whose client has another row on that date. */
  unmatchedWithBooking: number;
};

/** Matches cancellations with cancelled rows of the same client, staff member, service and date, one per row. */
export function matchCancellations(
  bookings: readonly SalonBooking[],
  cancellations: readonly Cancellation[],
): CancellationMatch {
  const unmatchedRows = new Map<string, SalonBooking[]>();
  for (const booking of bookings) {
    if (booking.status !== 'cancelled' || booking.client === undefined) continue;
    const key = keyOf(booking.client, booking.staff, booking.service, booking.date);
    unmatchedRows.set(key, [...(unmatchedRows.get(key) ?? []), booking]);
  }
  const clientDates = new Set(bookings.map(({ client = '', date }) => keyOf(client, date)));
  const match: CancellationMatch = {
    byBooking: new Map(),
    repeated: [],
    unmatched: [],
    unmatchedWithBooking: 0,
  };
  for (const cancellation of cancellations) {
    const { client = '', staff, service, bookedFor } = cancellation;
    const candidates = unmatchedRows.get(keyOf(client, staff, service, bookedFor));
    const booking = candidates?.shift();
    if (booking !== undefined) {
      match.byBooking.set(booking, cancellation);
    } else if (candidates !== undefined) {
      match.repeated.push(cancellation);
    } else {
      match.unmatched.push(cancellation);
      if (client !== '' && clientDates.has(keyOf(client, bookedFor))) match.unmatchedWithBooking += 1;
    }
  }
  return match;
}

/** The date on which a cancelled row was cancelled: from bookings.csv, otherwise from cancellations.csv. */
export function cancelledOn(booking: SalonBooking, match: CancellationMatch): string | undefined {
  if (booking.status !== 'cancelled') return undefined;
  return booking.cancelledOn ?? match.byBooking.get(booking)?.cancelledOn;
}

function keyOf(...parts: string[]): string {
  return JSON.stringify(parts);
}
