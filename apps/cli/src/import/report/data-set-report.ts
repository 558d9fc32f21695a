import type { WeeklySchedule } from '@bookedbarber/contract';
import type { FinalStatus } from '../files/bookings-file.ts';
import type { InvalidRow } from '../files/csv-table.ts';
import type { Renamed } from '../files/services-file.ts';

/** The report, as printed by --json. Counts are rows unless named otherwise. */
export type DataSetReport = {
  folder: string;
  shop: string;
  invalid_rows: InvalidRow[];
  bookings: {
    rows: number;
    first_date: string | null;
    last_date: string | null;
    by_status: Record<FinalStatus, number>;
    clients: number;
    unnamed_client_lines: number[];
    slot_interval_minutes: number;
  };
  appointments: {
    appointments: number;
    several_services: number;
    several_staff: number;
    mixed_statuses: number;
    bookings: number;
  };
  services: { code: string; name: string; duration_minutes: number; price_cents: number }[];
  staff: StaffReport[];
  hours_rule: string;
  renamed: Renamed[];
  cancellations: {
    rule: string;
    rows: number;
    matched: number;
    repeated: number;
    unmatched: number;
    unmatched_with_other_booking_that_day: number;
    by_client: number;
    by_shop: number;
    same_day: number;
    after_the_day: number;
    unmatched_lines: number[];
    repeated_lines: number[];
  };
  overlaps: { rule: string; rows: number; conflicts: OverlapReport[]; chained: OverlapReport[] };
  /** The result of the import; null for a dry run. */
  imported: ImportReport | null;
};

export type StaffReport = {
  code: string;
  name: string;
  rows: number;
  services: number;
  schedule: WeeklySchedule;
  weeks: number;
  ignored_weekdays: { weekday: number; dates: number }[];
  rows_outside_hours: number;
};

export type OverlapReport = {
  line: number;
  staff: string;
  date: string;
  start: string;
  minutes: number;
  overlaps_line: number;
  by_minutes: number;
};

export type ImportReport = {
  shop_created: boolean;
  services_created: number;
  barbers_created: number;
  rows_imported: number;
  rows_skipped: number;
  rejected: { line: number | null; ref: string; reason: string }[];
};
