import type { SalonBooking } from './files/bookings-file.ts';
import type { Cancellation } from './files/cancellations-file.ts';

/** The rule of matchCancellations in words, for the report. */
export const matchRule =
  'A cancellation belongs to a cancelled row of bookings.csv with the same client, staff member, service and date.';

/** What the list of cancellations says about the book. */
export type CancellationMatch = {
  /** The cancellation of each cancelled row that has one. */
  byBooking: Map<SalonBooking, Cancellation>;
  /** Cancellations of a cancelled row that has one already: the list names it more than once. */
  repeated: Cancellation[];
  /** Cancellations that no cancelled row of the book belongs to. */
  unmatched: Cancellation[];
  /** How many of the unmatched are of clients who have another row on that date. */
  unmatchedWithBooking: number;
};

/** A cancellation belongs to a cancelled row of the same client, staff member, service and date; each row takes one. */
export function matchCancellations(
  bookings: readonly SalonBooking[],
  cancellations: readonly Cancellation[],
): CancellationMatch {
  const open = new Map<string, SalonBooking[]>();
  for (const booking of bookings) {
    if (booking.status !== 'cancelled' || booking.client === undefined) continue;
    const key = keyOf(booking.client, booking.staff, booking.service, booking.date);
    open.set(key, [...(open.get(key) ?? []), booking]);
  }
  const visits = new Set(bookings.map(({ client = '', date }) => keyOf(client, date)));
  const match: CancellationMatch = {
    byBooking: new Map(),
    repeated: [],
    unmatched: [],
    unmatchedWithBooking: 0,
  };
  for (const cancellation of cancellations) {
    const { client = '', staff, service, bookedFor } = cancellation;
    const candidates = open.get(keyOf(client, staff, service, bookedFor));
    const booking = candidates?.shift();
    if (booking !== undefined) {
      match.byBooking.set(booking, cancellation);
    } else if (candidates !== undefined) {
      match.repeated.push(cancellation);
    } else {
      match.unmatched.push(cancellation);
      if (client !== '' && visits.has(keyOf(client, bookedFor))) match.unmatchedWithBooking += 1;
    }
  }
  return match;
}

/** When each cancelled row was cancelled: as the book says, else as the list of cancellations says. */
export function cancelledOn(booking: SalonBooking, match: CancellationMatch): string | undefined {
  if (booking.status !== 'cancelled') return undefined;
  return booking.cancelledOn ?? match.byBooking.get(booking)?.cancelledOn;
}

function keyOf(...parts: string[]): string {
  return JSON.stringify(parts);
}
