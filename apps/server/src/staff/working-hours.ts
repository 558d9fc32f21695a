import type { DayPeriod } from '@bookedbarber/contract';
import { addDays, daysBetween, weekday } from '../time/dates.ts';
import { type Interval, subtract, union } from '../time/intervals.ts';
import { wallInstant } from '../time/wall-time.ts';

/** All that says when one barber works in a range of days. */
export type BarberSchedule = {
  /** Periods by ISO weekday, 1 to 7. */
  week: ReadonlyMap<number, readonly DayPeriod[]>;
  /** Periods by date; they stand instead of the week and of the shop's overrides. */
  overrides: ReadonlyMap<string, readonly DayPeriod[]>;
  timeOff: readonly Interval[];
};

/** The shop's overrides by date: a limit on the weekly periods of everyone. */
export type ShopOverrides = ReadonlyMap<string, readonly DayPeriod[]>;

/**
 * When a barber works from the beginning of `from` to the end of `to` (dates of `zone`), as sorted intervals of time.
 * A period belongs to the day on which it begins and may run past midnight, so the day before `from` counts too and the
 * last interval may end after `to`.
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
