import { createHash } from 'node:crypto';
import type { ImportRow } from '@bookedbarber/contract';
import type { SetUp } from '../shop/setup/set-up.ts';
import { type DataSetAnalysis, personName } from './analyze-data-set.ts';
import type { SalonBooking } from './files/bookings-file.ts';
import { cancelledOn } from './match-cancellations.ts';

/** A row to send and its line in bookings.csv. */
export type SentRow = { line: number; row: ImportRow };

/**
 * Converts the export to rows for the server. The ref of a row derives from its content, not from its line, so that a
 * repeated or extended import adds only new rows. Rows of an appointment with different statuses become separate
 * bookings, because a booking has one status.
 */
export function toImportRows(
  analysis: DataSetAnalysis,
  ids: Pick<SetUp, 'serviceIds' | 'barberIds'>,
): SentRow[] {
  const barberOf = new Map(analysis.staff.map((member) => [member.staff, idOf(ids.barberIds, member.code)]));
  const seen = new Map<string, number>();
  return analysis.appointments.flatMap(({ date, rows }) =>
    rows.map((booking) => {
      const client = booking.client ?? unnamedRef(booking);
      const cancelled = cancelledOn(booking, analysis.cancellations);
      const row: ImportRow = {
        ref: refOf(booking, seen),
        booking_ref: bounded(`${client} ${date} ${booking.status}`),
        client_ref: bounded(client),
        client_name: booking.client === undefined ? 'Unnamed client' : personName(booking.client),
        barber_id: idOf(barberOf, booking.staff),
        service_id: idOf(ids.serviceIds, booking.service),
        date,
        starts_minute: booking.startsMinute,
        duration_minutes: booking.minutes,
        price_cents: booking.priceCents,
        status: booking.status,
        ...(cancelled === undefined ? {} : { cancelled_on: cancelled }),
      };
      return { line: booking.line, row };
    }),
  );
}

/** Rows with equal content get different refs: the second one ends in #2. */
function refOf(booking: SalonBooking, seen: Map<string, number>): string {
  const { client, staff, service, date, startsMinute } = booking;
  const name = [client ?? 'unnamed', staff, service, date, String(startsMinute)].join(' | ');
  const nth = (seen.get(name) ?? 0) + 1;
  seen.set(name, nth);
  return bounded(nth === 1 ? name : `${name} #${nth}`);
}

/** A separate client for each row without one: such rows may belong to different clients. */
function unnamedRef({ staff, date, startsMinute }: SalonBooking): string {
  return ['unnamed', staff, date, String(startsMinute)].join(' | ');
}

/** The server accepts refs of at most 100 characters. A longer one is replaced by its SHA-256 digest. */
function bounded(name: string): string {
  return name.length <= 100 ? name : createHash('sha256').update(name).digest('hex');
}

function idOf(ids: ReadonlyMap<string, string>, code: string): string {
  const id = ids.get(code);
  if (id === undefined) throw new Error(`There is no id for ${code}.`);
  return id;
}
