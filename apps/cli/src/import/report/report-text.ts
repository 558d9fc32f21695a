import type { Paint } from '../../shared/terminal/paint.ts';
import { pairs, table } from '../../shared/terminal/table.ts';
import { count, counted, percent, wrap } from '../../shared/terminal/words.ts';
import { dayName, formatSchedule } from '../../shop/file/opening-hours.ts';
import type { DataSetReport, OverlapReport, StaffReport } from './book-report.ts';
import { summary } from './report-summary.ts';

/** The whole report for people to read. */
export function reportText(report: DataSetReport, paint: Paint): string {
  const sections = [
    summary(report, paint),
    invalidRows(report, paint),
    staff(report, paint),
    renamed(report, paint),
    cancellations(report, paint),
    overlaps(report, paint),
    refused(report, paint),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** What the server made of the book, in one or two lines. */
export function importOutcome({ imported, shop }: DataSetReport): string {
  if (imported === null) return '';
  const { shop_created, services_created, barbers_created, rows_imported, rows_skipped } = imported;
  const made = [
    ...(shop_created ? ['the shop'] : []),
    ...(services_created > 0 ? [counted(services_created, 'service')] : []),
    ...(barbers_created > 0 ? [counted(barbers_created, 'barber')] : []),
  ];
  return [
    `${shop}: ${counted(rows_imported, 'row')} imported, ${counted(rows_skipped, 'row')} there already.`,
    made.length > 0
      ? `Made: ${made.join(', ')}.`
      : 'Shop, services and staff were there and stay as they are.',
  ].join('\n');
}

function invalidRows({ invalid_rows }: DataSetReport, paint: Paint): string[] {
  if (invalid_rows.length === 0) return [];
  return [
    paint.bad(`${counted(invalid_rows.length, 'row')} cannot be used`),
    ...invalid_rows.map(({ file, line, reason }) => `  ${file} line ${line}: ${reason}`),
  ];
}

function staff({ staff, hours_rule }: DataSetReport, paint: Paint): string[] {
  const columns = [
    { title: 'staff' },
    { title: 'rows', align: 'right' },
    { title: 'services', align: 'right' },
    { title: 'weeks', align: 'right' },
    { title: 'outside', align: 'right' },
    { title: 'weekly hours' },
  ] as const;
  const rows = staff.map((member) => [
    member.name,
    count(member.rows),
    count(member.services),
    count(member.weeks),
    count(member.rows_outside_hours),
    formatSchedule(member.schedule) || 'none: not bookable until hours are set',
  ]);
  return [
    paint.heading('Staff and their weekly hours (inferred, please check them)'),
    ...wrap(hours_rule),
    ...wrap(
      '"weeks" have bookings of that person; "outside" are rows outside of the hours, imported all the same.',
    ),
    '',
    ...table(columns, rows),
    ...staff.flatMap(ignoredWeekdays),
  ];
}

function ignoredWeekdays({ name, ignored_weekdays }: StaffReport): string[] {
  if (ignored_weekdays.length === 0) return [];
  const days = ignored_weekdays.map(
    ({ weekday, dates }) => `${dayName(weekday)} (${counted(dates, 'date')})`,
  );
  return [`  ${name}: too seldom to count as worked: ${days.join(', ')}`];
}

function renamed({ renamed }: DataSetReport, paint: Paint): string[] {
  if (renamed.length === 0) return [];
  return [
    paint.heading('Names that had to be changed, because the platform takes no such characters'),
    ...renamed.map(({ of, from, to }) => `  ${of}: "${from}" became "${to}"`),
  ];
}

function cancellations({ cancellations: found }: DataSetReport, paint: Paint): string[] {
  return [
    paint.heading(`Cancellations: ${counted(found.rows, 'row')}`),
    ...wrap(found.rule),
    ...pairs([
      [
        'In the book',
        `${count(found.matched + found.repeated)}: ${counted(found.matched, 'cancelled booking')}, and ${counted(found.repeated, 'repetition')} of one`,
      ],
      ['Not in the book', `${count(found.unmatched)}: only counted here, no booking is made up for them`],
      [
        '',
        `in ${count(found.unmatched_with_other_booking_that_day)} of them the client has another booking on that date`,
      ],
      ['By whom', `${count(found.by_client)} by the client, ${count(found.by_shop)} by the shop`],
      ['On the same day', `${count(found.same_day)} (${percent(found.same_day, found.rows)})`],
      ['After the day', count(found.after_the_day)],
    ]),
  ];
}

function overlaps({ overlaps: found }: DataSetReport, paint: Paint): string[] {
  if (found.rows + found.chained.length === 0) return [paint.heading('Overlaps: none')];
  const chained =
    found.chained.length === 0
      ? []
      : [
          '',
          `  Chained, overlapping only a row of this list: ${counted(found.chained.length, 'row')}`,
          ...lines(found.chained),
        ];
  return [
    paint.heading(`Overlaps: ${counted(found.rows, 'row')} of bookings.csv`),
    ...wrap(found.rule),
    '',
    ...lines(found.conflicts),
    ...chained,
  ];
}

function lines(overlaps: readonly OverlapReport[]): string[] {
  const columns = [
    { title: 'line', align: 'right' },
    { title: 'staff' },
    { title: 'date' },
    { title: 'start' },
    { title: 'min', align: 'right' },
    { title: 'overlaps' },
  ] as const;
  const rows = overlaps.map((overlap) => [
    String(overlap.line),
    overlap.staff,
    overlap.date,
    overlap.start,
    String(overlap.minutes),
    `line ${overlap.overlaps_line} by ${overlap.by_minutes} min`,
  ]);
  return table(columns, rows);
}

function refused({ imported }: DataSetReport, paint: Paint): string[] {
  if (imported === null || imported.rejected.length === 0) return [];
  return [
    paint.bad(`The server refused ${counted(imported.rejected.length, 'row')}`),
    ...imported.rejected.map(({ line, ref, reason }) => `  line ${line ?? '?'} (${ref}): ${reason}`),
  ];
}
