import { join } from 'node:path';
import { readBookings, type SalonBooking } from './bookings-file.ts';
import { type Cancellation, readCancellations } from './cancellations-file.ts';
import type { InvalidRow } from './csv-table.ts';
import { readServices, type SalonService } from './services-file.ts';

/** The book of a salon as its three files hold it. */
export type SalonDataSet = {
  folder: string;
  services: SalonService[];
  bookings: SalonBooking[];
  cancellations: Cancellation[];
  /** Rows that cannot be used, by file and line. */
  bad: InvalidRow[];
};

/** Reads services.csv, bookings.csv and cancellations.csv. Throws Failure for a file that cannot be used at all. */
export async function readDataSet(folder: string): Promise<SalonDataSet> {
  const services = await readServices(join(folder, 'services.csv'));
  const bookings = await readBookings(join(folder, 'bookings.csv'), services.rows);
  const cancellations = await readCancellations(join(folder, 'cancellations.csv'), services.rows);
  return {
    folder,
    services: services.rows,
    bookings: bookings.rows,
    cancellations: cancellations.rows,
    bad: [...services.bad, ...bookings.bad, ...cancellations.bad],
  };
}
