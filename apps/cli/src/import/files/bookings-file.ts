import { BadField, type Read, readCsv } from './csv-table.ts';
import { clockField, dateField, shown, textField, wordField } from './fields.ts';
import { fittingName } from './fitting-name.ts';
import type { SalonService } from './services-file.ts';

const columns = ['client', 'staff', 'service', 'date', 'start', 'status', 'cancelled_on'] as const;

/** How a booking ended. */
export const endings = ['completed', 'no_show', 'cancelled'] as const;
export type Ending = (typeof endings)[number];

/** One row of the book: one service of a visit. Minutes are those of its service: the book itself has none. */
export type SalonBooking = {
  line: number;
  /** Undefined where the book names nobody. */
  client: string | undefined;
  staff: string;
  service: string;
  date: string;
  /** Minutes since midnight of the shop's clock. */
  startsMinute: number;
  minutes: number;
  priceCents: number;
  status: Ending;
  cancelledOn: string | undefined;
};

/** Minutes since midnight at which the service is over. */
export function endsMinute(booking: SalonBooking): number {
  return booking.startsMinute + booking.minutes;
}

/** Reads bookings.csv. Throws Failure for an unusable file; unusable rows are in `bad`. */
export function readBookings(path: string, services: readonly SalonService[]): Promise<Read<SalonBooking>> {
  const byCode = new Map(services.map((service) => [service.input.code, service.input]));
  return readCsv(path, columns, (fields, line) => {
    const service = byCode.get(fields.service);
    if (service === undefined)
      throw new BadField(`service "${shown(fields.service)}" is not in services.csv`);
    const status = wordField('status', fields.status, endings);
    const cancelledOn =
      fields.cancelled_on === '' ? undefined : dateField('cancelled_on', fields.cancelled_on);
    if (cancelledOn !== undefined && status !== 'cancelled') {
      throw new BadField(`cancelled_on is filled, and yet status is ${status}`);
    }
    return {
      line,
      client: fields.client === '' ? undefined : personField('client', fields.client, 100),
      staff: personField('staff', fields.staff, 120),
      service: fields.service,
      date: dateField('date', fields.date),
      startsMinute: clockField('start', fields.start),
      minutes: service.duration_minutes,
      priceCents: service.price_cents,
      status,
      cancelledOn,
    };
  });
}

function personField(column: string, text: string, maximum: number): string {
  if (fittingName(textField(column, text, maximum)) === undefined)
    throw new BadField(`${column} has no letter or digit`);
  return text;
}
