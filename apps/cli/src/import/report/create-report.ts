import type { ImportResult } from '@bookedbarber/contract';
import { clock } from '../../shared/terminal/words.ts';
import type { DataSetAnalysis } from '../analyze-data-set.ts';
import { type FinalStatus, finalStatuses } from '../files/bookings-file.ts';
import type { SalonDataSet } from '../files/read-data-set.ts';
import { hoursRule } from '../infer-hours.ts';
import { matchRule } from '../match-cancellations.ts';
import { type Overlap, overlapRule } from '../overlaps.ts';
import type { DataSetReport, ImportReport, OverlapReport } from './data-set-report.ts';

/** Creates the report of an export before the import. */
export function createReport(dataSet: SalonDataSet, analysis: DataSetAnalysis, shop: string): DataSetReport {
  const dates = dataSet.bookings.map((booking) => booking.date).sort();
  const { appointments, severalServices, severalStaff, mixedStatuses, bookings } =
    analysis.groupedBookingCounts;
  const byStatus = finalStatuses.map((status) => [
    status,
    dataSet.bookings.filter((row) => row.status === status).length,
  ]);
  return {
    folder: dataSet.folder,
    shop,
    invalid_rows: dataSet.bad,
    bookings: {
      rows: dataSet.bookings.length,
      first_date: dates[0] ?? null,
      last_date: dates.at(-1) ?? null,
      by_status: Object.fromEntries(byStatus) as Record<FinalStatus, number>,
      clients: analysis.clients,
      unnamed_client_lines: analysis.unnamed.map((booking) => booking.line),
      slot_interval_minutes: analysis.stepMinutes,
    },
    appointments: {
      appointments,
      several_services: severalServices,
      several_staff: severalStaff,
      mixed_statuses: mixedStatuses,
      bookings,
    },
    services: dataSet.services.map(({ input: { code, name, duration_minutes, price_cents } }) => ({
      code,
      name,
      duration_minutes,
      price_cents,
    })),
    staff: analysis.staff.map(({ code, name, rows, serviceCodes, hours }) => ({
      code,
      name,
      rows,
      services: serviceCodes.length,
      schedule: hours.schedule,
      weeks: hours.weeks,
      ignored_weekdays: hours.ignoredWeekdays,
      rows_outside_hours: hours.rowsOutsideHours,
    })),
    hours_rule: hoursRule,
    renamed: analysis.renamed,
    cancellations: reportCancellations(dataSet, analysis),
    overlaps: {
      rule: overlapRule,
      rows: analysis.overlaps.conflicts.length,
      conflicts: analysis.overlaps.conflicts.map(reportOverlap),
      chained: analysis.overlaps.chained.map(reportOverlap),
    },
    imported: null,
  };
}

/** Adds the line in bookings.csv to each rejected row. */
export function reportImport(
  created: Pick<ImportReport, 'shop_created' | 'services_created' | 'barbers_created'>,
  result: ImportResult,
  lineOf: ReadonlyMap<string, number>,
): ImportReport {
  return {
    ...created,
    rows_imported: result.imported,
    rows_skipped: result.skipped,
    rejected: result.rejected.map(({ ref, reason }) => ({ line: lineOf.get(ref) ?? null, ref, reason })),
  };
}

function reportCancellations(
  { cancellations }: SalonDataSet,
  analysis: DataSetAnalysis,
): DataSetReport['cancellations'] {
  const { byBooking, repeated, unmatched, unmatchedWithBooking } = analysis.cancellations;
  return {
    rule: matchRule,
    rows: cancellations.length,
    matched: byBooking.size,
    repeated: repeated.length,
    unmatched: unmatched.length,
    unmatched_with_other_booking_that_day: unmatchedWithBooking,
    by_client: cancellations.filter((row) => row.cancelledBy === 'client').length,
    by_shop: cancellations.filter((row) => row.cancelledBy === 'shop').length,
    same_day: cancellations.filter((row) => row.cancelledOn === row.bookedFor).length,
    after_the_day: cancellations.filter((row) => row.cancelledOn > row.bookedFor).length,
    unmatched_lines: unmatched.map((row) => row.line),
    repeated_lines: repeated.map((row) => row.line),
  };
}

function reportOverlap({ row, of, byMinutes }: Overlap): OverlapReport {
  return {
    line: row.line,
    staff: row.staff,
    date: row.date,
    start: clock(row.startsMinute),
    minutes: row.minutes,
    overlaps_line: of.line,
    by_minutes: byMinutes,
  };
}
