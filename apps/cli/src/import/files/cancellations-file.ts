import { InvalidFieldError, type Read, readCsv } from './csv-table.ts';
import { dateField, shown, textField, wordField } from './fields.ts';
import type { SalonService } from './services-file.ts';

const columns = ['client', 'staff', 'service', 'booked_for', 'cancelled_on', 'cancelled_by'] as const;

export type Cancellation = {
  line: number;
  /** Undefined when the row has no client. */
  client: string | undefined;
  staff: string;
  service: string;
  /** Date of the booking. */
  bookedFor: string;
  cancelledOn: string;
  cancelledBy: 'client' | 'shop';
};

/** Reads cancellations.csv. Throws Failure for an unusable file; invalid rows are in `invalidRows`. */
export function readCancellations(
  path: string,
  services: readonly SalonService[],
): Promise<Read<Cancellation>> {
  const codes = new Set(services.map((service) => service.input.code));
  return readCsv(path, columns, (fields, line) => {
    if (!codes.has(fields.service))
      throw new InvalidFieldError(`service "${shown(fields.service)}" is not in services.csv`);
    return {
      line,
      client: fields.client === '' ? undefined : textField('client', fields.client, 100),
      staff: textField('staff', fields.staff, 120),
      service: fields.service,
      bookedFor: dateField('booked_for', fields.booked_for),
      cancelledOn: dateField('cancelled_on', fields.cancelled_on),
      cancelledBy: wordField('cancelled_by', fields.cancelled_by, ['client', 'shop'] as const),
    };
  });
}
