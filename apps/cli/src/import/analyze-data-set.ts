import { staffCode } from '../shop/setup/staff-code.ts';
import {
  countGroupedBookings,
  type GroupedBooking,
  type GroupedBookingCounts,
  groupBookings,
} from './appointments.ts';
import type { SalonBooking } from './files/bookings-file.ts';
import type { SalonDataSet } from './files/read-data-set.ts';
import { sanitizeName } from './files/sanitize-name.ts';
import type { Renamed } from './files/services-file.ts';
import { type InferredHours, inferHours, inferStep } from './infer-hours.ts';
import { type CancellationMatch, matchCancellations } from './match-cancellations.ts';
import { findOverlaps, type Overlaps } from './overlaps.ts';

/** One staff member as found in the export. */
type StaffMember = {
  /** Name as in the file. */
  staff: string;
  code: string;
  name: string;
  rows: number;
  /** Codes of their booked services, in the order of services.csv. */
  serviceCodes: string[];
  hours: InferredHours;
};

/** The analysis of an export; it needs no server. */
export type DataSetAnalysis = {
  stepMinutes: number;
  clients: number;
  /** Rows without a client. */
  unnamed: SalonBooking[];
  staff: StaffMember[];
  appointments: GroupedBooking[];
  groupedBookingCounts: GroupedBookingCounts;
  overlaps: Overlaps;
  cancellations: CancellationMatch;
  /** Names that had to be changed because the server does not accept them. */
  renamed: Renamed[];
};

export function analyzeDataSet(dataSet: SalonDataSet): DataSetAnalysis {
  const stepMinutes = inferStep(dataSet.bookings);
  const appointments = groupBookings(dataSet.bookings);
  const clients = [...new Set(dataSet.bookings.map((booking) => booking.client))].filter(isNamed);
  const staff = analyzeStaff(dataSet, stepMinutes);
  return {
    stepMinutes,
    clients: clients.length,
    unnamed: dataSet.bookings.filter((booking) => booking.client === undefined),
    staff,
    appointments,
    groupedBookingCounts: countGroupedBookings(appointments),
    overlaps: findOverlaps(dataSet.bookings),
    cancellations: matchCancellations(dataSet.bookings, dataSet.cancellations),
    renamed: [
      ...dataSet.services.flatMap((service) => service.renamed),
      ...staff.flatMap((member) => renamedPerson('staff member', member.staff)),
      ...clients.flatMap((client) => renamedPerson('client', client)),
    ],
  };
}

/** The sanitized name of a client or staff member. readDataSet rejects names with nothing left. */
export function personName(name: string): string {
  return sanitizeName(name) ?? name;
}

function analyzeStaff(dataSet: SalonDataSet, stepMinutes: number): StaffMember[] {
  const rowsOf = new Map<string, SalonBooking[]>();
  for (const booking of dataSet.bookings) {
    const rows = rowsOf.get(booking.staff);
    if (rows === undefined) rowsOf.set(booking.staff, [booking]);
    else rows.push(booking);
  }
  return [...rowsOf]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([staff, rows]) => {
      const booked = new Set(rows.map((row) => row.service));
      return {
        staff,
        code: staffCode(staff),
        name: personName(staff),
        rows: rows.length,
        serviceCodes: dataSet.services
          .map((service) => service.input.code)
          .filter((code) => booked.has(code)),
        hours: inferHours(rows, stepMinutes),
      };
    });
}

function isNamed(client: string | undefined): client is string {
  return client !== undefined;
}

function renamedPerson(of: string, from: string): Renamed[] {
  const to = personName(from);
  return to === from ? [] : [{ of, from, to }];
}
