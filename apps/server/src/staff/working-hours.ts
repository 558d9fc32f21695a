import type { DayPeriod } from '@bookedbarber/contract';
import { addDays, daysBetween, weekday } from '../time/dates.ts';
import { type Interval, subtract, union } from '../time/intervals.ts';
import { wallInstant } from '../time/wall-time.ts';

/** The hours of one barber in a range of days. */
export type BarberSchedule = {
  /** Periods by ISO weekday, 1 to 7. */
  week: ReadonlyMap<number, readonly DayPeriod[]>;
  /** Periods by date. They replace the weekly periods and the shop overrides. */
  overrides: ReadonlyMap<string, readonly DayPeriod[]>;
  timeOff: readonly Interval[];
};

/** Shop overrides by date. They limit the weekly periods of all barbers. */
export type ShopOverrides = ReadonlyMap<string, readonly DayPeriod[]>;

/**
 * The working time of a barber from `from` to `to` (dates in `zone`), as sorted intervals. A period belongs to the day
 * on which it starts and may run past midnight, so the result includes periods of the day before `from` and may end
 * after `to`.
 */
export function workingIntervals(
  schedule: BarberSchedule,
  shopOverrides: ShopOverrides,
  zone: string,
  from: string,
  to: string,
): Interval[] {
  const intervals: Interval[] = [];
  const count = daysBetween(from, to) + 1;
  for (let offset = -1; offset < count; offset += 1) {
    const date = addDays(from, offset);
    for (const period of periodsOf(schedule, shopOverrides, date)) {
      intervals.push({
        startMs: wallInstant(zone, date, period.starts_minute, 'opens'),
        endMs: wallInstant(zone, date, period.ends_minute, 'closes'),
      });
    }
  }
  return subtract(union(intervals), union(schedule.timeOff));
}

function periodsOf(
  schedule: BarberSchedule,
  shopOverrides: ShopOverrides,
  date: string,
): readonly DayPeriod[] {
  const own = schedule.overrides.get(date);
  if (own !== undefined) return own;
  const weekly = schedule.week.get(weekday(date)) ?? [];
  const shop = shopOverrides.get(date);
  return shop === undefined ? weekly : intersect(weekly, shop);
}

function intersect(left: readonly DayPeriod[], right: readonly DayPeriod[]): DayPeriod[] {
  return left.flatMap((a) =>
    right
      .map((b) => ({
        starts_minute: Math.max(a.starts_minute, b.starts_minute),
        ends_minute: Math.min(a.ends_minute, b.ends_minute),
      }))
      .filter((period) => period.ends_minute > period.starts_minute),
  );
}
