import type { HistoryResult } from '@bookedbarber/contract';
import { clock } from '../../shared/terminal/words.ts';
import { type Ending, endings } from '../files/bookings-file.ts';
import type { SalonBook } from '../files/read-book.ts';
import { hoursRule } from '../infer-hours.ts';
import { matchRule } from '../match-cancellations.ts';
import { type Overlap, overlapRule } from '../overlaps.ts';
import type { BookStudy } from '../study-book.ts';
import type { BookReport, ImportReport, OverlapReport } from './book-report.ts';

/** The report of a book, before anything was imported. */
export function reportBook(book: SalonBook, study: BookStudy, shop: string): BookReport {
  const dates = book.bookings.map((booking) => booking.date).sort();
  const { visits, severalServices, severalStaff, mixedEndings, bookings } = study.visitCounts;
  const byStatus = endings.map((status) => [
    status,
    book.bookings.filter((row) => row.status === status).length,
  ]);
  return {
    folder: book.folder,
    shop,
    bad_rows: book.bad,
    bookings: {
      rows: book.bookings.length,
      first_date: dates[0] ?? null,
      last_date: dates.at(-1) ?? null,
      by_status: Object.fromEntries(byStatus) as Record<Ending, number>,
      clients: study.clients,
      unnamed_client_lines: study.unnamed.map((booking) => booking.line),
      slot_step_minutes: study.stepMinutes,
    },
    visits: {
      visits,
      several_services: severalServices,
      several_staff: severalStaff,
      mixed_endings: mixedEndings,
      bookings,
    },
    services: book.services.map(({ input: { code, name, duration_minutes, price_cents } }) => ({
      code,
      name,
      duration_minutes,
      price_cents,
    })),
    staff: study.staff.map(({ code, name, rows, serviceCodes, hours }) => ({
      code,
      name,
      rows,
      services: serviceCodes.length,
      schedule: hours.schedule,
      weeks: hours.weeks,
      passed_over: hours.passedOver,
      rows_outside: hours.rowsOutside,
    })),
    hours_rule: hoursRule,
    renamed: study.renamed,
    cancellations: reportCancellations(book, study),
    overlaps: {
      rule: overlapRule,
      rows: study.overlaps.conflicts.length,
      conflicts: study.overlaps.conflicts.map(reportOverlap),
      chained: study.overlaps.chained.map(reportOverlap),
    },
    imported: null,
  };
}

/** What the server said, with each refused row named by its line in bookings.csv. */
export function reportImport(
  made: Pick<ImportReport, 'shop_created' | 'services_created' | 'barbers_created'>,
  result: HistoryResult,
  lineOf: ReadonlyMap<string, number>,
): ImportReport {
  return {
    ...made,
    rows_imported: result.imported,
    rows_skipped: result.skipped,
    refused: result.refused.map(({ ref, reason }) => ({ line: lineOf.get(ref) ?? null, ref, reason })),
  };
}

function reportCancellations({ cancellations }: SalonBook, study: BookStudy): BookReport['cancellations'] {
  const { byBooking, repeated, unmatched, unmatchedWithVisit } = study.cancellations;
  return {
    rule: matchRule,
    rows: cancellations.length,
    matched: byBooking.size,
    repeated: repeated.length,
    unmatched: unmatched.length,
    unmatched_with_other_booking_that_day: unmatchedWithVisit,
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
