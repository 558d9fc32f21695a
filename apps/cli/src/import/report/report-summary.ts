import type { Paint } from '../../shared/terminal/paint.ts';
import { pairs } from '../../shared/terminal/table.ts';
import { count, counted } from '../../shared/terminal/words.ts';
import type { DataSetReport } from './data-set-report.ts';

type Entry = readonly [name: string, value: string];

/** The first section of the report: the export in a few lines. */
export function summary(report: DataSetReport, paint: Paint): string[] {
  const { folder, shop, bookings, services, staff, cancellations } = report;
  const { completed, no_show, cancelled } = bookings.by_status;
  const unmatched = count(cancellations.unmatched);
  return [
    paint.heading(`Salon export in ${folder}, for the shop ${shop}`),
    ...pairs([
      [
        'Bookings',
        `${counted(bookings.rows, 'row')}, ${bookings.first_date ?? '-'} to ${bookings.last_date ?? '-'}`,
      ],
      ['', `${count(completed)} completed, ${counted(no_show, 'no-show')}, ${count(cancelled)} cancelled`],
      ...appointments(report),
      ...clients(report),
      ['Services', count(services.length)],
      ['Staff', count(staff.length)],
      ['Slot interval', `${bookings.slot_interval_minutes} minutes, the largest that fits every start`],
      ...overlapEntries(report),
      ['Cancellations', `${counted(cancellations.rows, 'row')}, ${unmatched} of them not in bookings.csv`],
    ]),
  ];
}

function appointments({ appointments: counts }: DataSetReport): Entry[] {
  const several = `${count(counts.several_services)} with several services`;
  const entries: Entry[] = [
    ['Appointments', `${count(counts.appointments)} (all services of one client on one date)`],
    ['', `${several}, ${count(counts.several_staff)} of them with more than one staff member`],
  ];
  if (counts.mixed_statuses > 0) {
    const mixed = `${count(counts.mixed_statuses)} with services of different status`;
    entries.push(['', `${mixed}: each status becomes a booking, ${count(counts.bookings)} in total`]);
  }
  return entries;
}

function clients({ bookings: { clients, unnamed_client_lines: unnamed } }: DataSetReport): Entry[] {
  if (unnamed.length === 0) return [['Clients', count(clients)]];
  const lines = unnamed.length > 5 ? `${unnamed.slice(0, 5).join(', ')} …` : unnamed.join(', ');
  return [
    ['Clients', count(clients)],
    [
      '',
      `${counted(unnamed.length, 'row')} without a client (${unnamed.length === 1 ? 'line' : 'lines'} ${lines}), imported for an "Unnamed client"`,
    ],
  ];
}

function overlapEntries({ overlaps: { rows, chained } }: DataSetReport): Entry[] {
  const found =
    chained.length === 0
      ? counted(rows, 'row')
      : `${counted(rows, 'row')}, and ${count(chained.length)} chained to them`;
  return [
    ['Overlaps', rows === 0 ? 'none' : `${found}, each listed below`],
    ...(rows === 0 ? [] : [['', 'imported as well: past bookings block no time'] as const]),
  ];
}
