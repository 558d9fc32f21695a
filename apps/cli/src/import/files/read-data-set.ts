import { join } from 'node:path';
import { readBookings, type SalonBooking } from './bookings-file.ts';
import { type Cancellation, readCancellations } from './cancellations-file.ts';
import type { InvalidRow } from './csv-table.ts';
import { readServices, type SalonService } from './services-file.ts';

/** The export of a salon: the contents of its three files. */
export type SalonDataSet = {
  folder: string;
  services: SalonService[];
  bookings: SalonBooking[];
  cancellations: Cancellation[];
  /** Invalid rows of all files. */
  bad: InvalidRow[];
};

/** Reads services.csv, bookings.csv and cancellations.csv. Throws Failure for an unusable file. */
export async function readDataSet(folder: string): Promise<SalonDataSet> {
  const services = await readServices(join(folder, 'services.csv'));
  const bookings = await readBookings(join(folder, 'bookings.csv'), services.rows);
  const cancellations = await readCancellations(join(folder, 'cancellations.csv'), services.rows);
  return {
    folder,
    services: services.rows,
    bookings: bookings.rows,
    cancellations: cancellations.rows,
    bad: [...services.invalidRows, ...bookings.invalidRows, ...cancellations.invalidRows],
  };
}
