import { InvalidFieldError, type Read, readCsv } from './csv-table.ts';
import { clockField, dateField, shown, textField, wordField } from './fields.ts';
import { sanitizeName } from './sanitize-name.ts';
import type { SalonService } from './services-file.ts';

const columns = ['client', 'staff', 'service', 'date', 'start', 'status', 'cancelled_on'] as const;

/** The final status of a booking. */
export const finalStatuses = ['completed', 'no_show', 'cancelled'] as const;
export type FinalStatus = (typeof finalStatuses)[number];

/** One row of bookings.csv: one service of an appointment. Duration and price come from services.csv. */
export type SalonBooking = {
  line: number;
  /** Undefined when the row has no client. */
  client: string | undefined;
  staff: string;
  service: string;
  date: string;
  /** Minutes since midnight in the time zone of the shop. */
  startsMinute: number;
  minutes: number;
  priceCents: number;
  status: FinalStatus;
  cancelledOn: string | undefined;
};

/** End of the service, in minutes since midnight. */
export function endsMinute(booking: SalonBooking): number {
  return booking.startsMinute + booking.minutes;
}

/** Reads bookings.csv. Throws Failure for an unusable file; invalid rows are in `invalidRows`. */
export function readBookings(path: string, services: readonly SalonService[]): Promise<Read<SalonBooking>> {
  const byCode = new Map(services.map((service) => [service.input.code, service.input]));
  return readCsv(path, columns, (fields, line) => {
    const service = byCode.get(fields.service);
    if (service === undefined)
      throw new InvalidFieldError(`service "${shown(fields.service)}" is not in services.csv`);
    const status = wordField('status', fields.status, finalStatuses);
    const cancelledOn =
      fields.cancelled_on === '' ? undefined : dateField('cancelled_on', fields.cancelled_on);
    if (cancelledOn !== undefined && status !== 'cancelled') {
      throw new InvalidFieldError(`cancelled_on is set, but status is ${status}`);
    }
    return {
      line,
      client: fields.client === '' ? undefined : nameField('client', fields.client, 100),
      staff: nameField('staff', fields.staff, 120),
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

function nameField(column: string, text: string, maximum: number): string {
  if (sanitizeName(textField(column, text, maximum)) === undefined)
    throw new InvalidFieldError(`${column} contains no letter or digit`);
  return text;
}
