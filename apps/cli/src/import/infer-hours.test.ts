import { describe, expect, test } from 'vitest';
import { formatSchedule } from '../shop/file/opening-hours.ts';
import type { SalonBooking } from './files/bookings-file.ts';
import { inferHours, inferStep } from './infer-hours.ts';

/** Rows of one staff member: date, start and minutes. */
function rows(
  ...entries: readonly (readonly [date: string, start: string, minutes: number])[]
): SalonBooking[] {
  return entries.map(([date, start, minutes], index) => {
    const [hours = 0, rest = 0] = start.split(':').map(Number);
    return {
      line: index + 2,
      client: 'client-1',
      staff: 'kim',
      service: 'CUT',
      date,
      startsMinute: hours * 60 + rest,
      minutes,
      priceCents: 0,
      status: 'completed',
      cancelledOn: undefined,
    };
  });
}

/** Six Tuesdays. */
const tuesdays = [
  '2024-03-05',
  '2024-03-12',
  '2024-03-19',
  '2024-03-26',
  '2024-04-02',
  '2024-04-09',
] as const;

describe('weekly hours', () => {
  test('go from the earliest start to the latest end, rounded outward to the slot interval', () => {
    const dataSet = rows([tuesdays[0], '09:15', 30], [tuesdays[0], '16:00', 40], [tuesdays[1], '10:00', 20]);
    expect(formatSchedule(inferHours(dataSet, 30).schedule)).toBe('Tue 09:00-17:00');
  });

  test('leave out the earliest start and the latest end when there are five dates or more', () => {
    const usual = tuesdays.flatMap(
      (date) =>
        [
          [date, '10:00', 30],
          [date, '17:30', 30],
        ] as const,
    );
    const dataSet = rows(...usual, [tuesdays[0], '06:00', 30], [tuesdays[1], '22:00', 60]);
    const hours = inferHours(dataSet, 10);
    expect(formatSchedule(hours.schedule)).toBe('Tue 10:00-18:00');
    expect(hours.rowsOutsideHours).toBe(2);
  });

  test('ignore a weekday with too few dates, and report it', () => {
    const dataSet = rows(...tuesdays.map((date) => [date, '10:00', 60] as const), [
      '2024-03-07',
      '12:00',
      30,
    ]);
    const hours = inferHours(dataSet, 10);
    expect(formatSchedule(hours.schedule)).toBe('Tue 10:00-11:00');
    expect(hours.ignoredWeekdays).toEqual([{ weekday: 4, dates: 1 }]);
  });

  test('count a single date of a staff member with fewer than four weeks', () => {
    const dataSet = rows(['2024-03-05', '10:00', 60], ['2024-03-14', '12:00', 30]);
    expect(formatSchedule(inferHours(dataSet, 10).schedule)).toBe('Tue 10:00-11:00; Thu 12:00-12:30');
  });

  test('ignore cancelled bookings', () => {
    const cancelled = rows(['2024-03-05', '10:00', 60]).map((row) => ({
      ...row,
      status: 'cancelled' as const,
    }));
    expect(inferHours(cancelled, 10)).toEqual({
      schedule: [],
      weeks: 0,
      ignoredWeekdays: [],
      rowsOutsideHours: 0,
    });
  });

  test('may extend past midnight', () => {
    const hours = inferHours(rows(['2024-03-05', '23:30', 60]), 10);
    expect(hours.schedule[0]?.periods).toEqual([{ starts_minute: 1410, ends_minute: 1470 }]);
  });
});

test('the slot interval is the largest that fits every start', () => {
  const starting = (...starts: string[]) =>
    rows(...starts.map((start) => ['2024-03-05', start, 30] as const));
  expect(inferStep(starting('09:00', '10:30'))).toBe(30);
  expect(inferStep(starting('09:15', '10:30'))).toBe(15);
  expect(inferStep(starting('09:10', '10:30'))).toBe(10);
  expect(inferStep(starting('09:03'))).toBe(5);
});
