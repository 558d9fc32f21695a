import type { Paint } from '../../shared/terminal/paint.ts';
import { pairs, table } from '../../shared/terminal/table.ts';
import { count, counted, percent, wrap } from '../../shared/terminal/words.ts';
import { dayName, formatSchedule } from '../../shop/file/opening-hours.ts';
import type { DataSetReport, OverlapReport, StaffReport } from './data-set-report.ts';
import { summary } from './report-summary.ts';

/** The report as text. */
export function reportText(report: DataSetReport, paint: Paint): string {
  const sections = [
    summary(report, paint),
    invalidRows(report, paint),
    staff(report, paint),
    renamed(report, paint),
    cancellations(report, paint),
    overlaps(report, paint),
    rejectedRows(report, paint),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** The result of the import, in two lines. */
export function importOutcome({ imported, shop }: DataSetReport): string {
  if (imported === null) return '';
  const { shop_created, services_created, barbers_created, rows_imported, rows_skipped } = imported;
  const created = [
    ...(shop_created ? ['the shop'] : []),
    ...(services_created > 0 ? [counted(services_created, 'service')] : []),
    ...(barbers_created > 0 ? [counted(barbers_created, 'barber')] : []),
  ];
  return [
    `${shop}: ${counted(rows_imported, 'row')} imported, ${counted(rows_skipped, 'row')} already present.`,
    created.length > 0
      ? `Created: ${created.join(', ')}.`
      : 'The shop, its services and its staff already existed and were not changed.',
  ].join('\n');
}

function invalidRows({ invalid_rows }: DataSetReport, paint: Paint): string[] {
  if (invalid_rows.length === 0) return [];
  return [
    paint.bad(`${counted(invalid_rows.length, 'invalid row')}`),
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
    paint.heading('Staff and their weekly hours (inferred; check them)'),
    ...wrap(hours_rule),
    ...wrap(
      '"weeks": weeks with bookings of this staff member. "outside": rows outside the hours, which are imported as well.',
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
  return [`  ${name}: too few dates to count as working days: ${days.join(', ')}`];
}

function renamed({ renamed }: DataSetReport, paint: Paint): string[] {
  if (renamed.length === 0) return [];
  return [
    paint.heading('Names changed because the server does not accept some of their characters'),
    ...renamed.map(({ of, from, to }) => `  ${of}: "${from}" changed to "${to}"`),
  ];
}

function cancellations({ cancellations: found }: DataSetReport, paint: Paint): string[] {
  return [
    paint.heading(`Cancellations: ${counted(found.rows, 'row')}`),
    ...wrap(found.rule),
    ...pairs([
      [
        'In bookings.csv',
        `${count(found.matched + found.repeated)}: ${counted(found.matched, 'cancelled booking')} and ${counted(found.repeated, 'duplicate')}`,
      ],
      ['Not in bookings.csv', `${count(found.unmatched)}: counted only, not imported`],
      [
        '',
        `for ${count(found.unmatched_with_other_booking_that_day)} of them, the client has another booking on that date`,
      ],
      ['Cancelled by', `client ${count(found.by_client)}, shop ${count(found.by_shop)}`],
      ['On the date', `${count(found.same_day)} (${percent(found.same_day, found.rows)})`],
      ['After the date', count(found.after_the_day)],
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
          `  Chained (overlapping only rows of this list): ${counted(found.chained.length, 'row')}`,
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

function rejectedRows({ imported }: DataSetReport, paint: Paint): string[] {
  if (imported === null || imported.rejected.length === 0) return [];
  return [
    paint.bad(`The server rejected ${counted(imported.rejected.length, 'row')}`),
    ...imported.rejected.map(({ line, ref, reason }) => `  line ${line ?? '?'} (${ref}): ${reason}`),
  ];
}
