import type { WeeklySchedule } from '@bookedbarber/contract';
import { Temporal } from 'temporal-polyfill';
import { endsMinute, type SalonBooking } from './files/bookings-file.ts';

/** The rule of inferHours in words, for the report. */
export const hoursRule =
  'Inferred from the bookings that were not cancelled, because the book holds no rota. A weekday counts as worked when ' +
  'the person has bookings on it in at least a fifth of the weeks in which they have any, and on two dates or more (on ' +
  'one date, when they appear in fewer than four weeks). It begins at the earliest start and ends at the latest end ' +
  'that the book shows, leaving out the one most extreme date at either side where there are five dates or more, ' +
  'rounded outwards to the grid. Breaks cannot be seen in a book and are not guessed.';

export type InferredHours = {
  schedule: WeeklySchedule;
  /** Weeks (Monday to Sunday) with bookings. */
  weeks: number;
  /** Weekdays with bookings that do not count as worked, with the number of dates. */
  ignoredWeekdays: { weekday: number; dates: number }[];
  /** Rows, cancelled ones aside, that lie outside of the schedule. */
  rowsOutsideHours: number;
};

/** Weekly hours of one person from their rows. `stepMinutes`: the grid to round to. */
export function inferHours(rows: readonly SalonBooking[], stepMinutes: number): InferredHours {
  const taken = rows.filter((row) => row.status !== 'cancelled');
  const days = toDays(taken);
  const weeks = new Set(days.map((day) => day.week)).size;
  const hours: InferredHours = { schedule: [], weeks, ignoredWeekdays: [], rowsOutsideHours: 0 };
  for (let weekday = 1; weekday <= 7; weekday += 1) {
    const seen = days.filter((day) => day.weekday === weekday);
    if (seen.length === 0) continue;
    if (!isWorked(seen.length, weeks)) {
      hours.ignoredWeekdays.push({ weekday, dates: seen.length });
      continue;
    }
    hours.schedule.push({ weekday, periods: [periodOf(seen, stepMinutes)] });
  }
  hours.rowsOutsideHours = taken.filter((row) => !isInside(row, hours.schedule)).length;
  return hours;
}

/** The coarsest usual grid of minutes on which every start lies; 5 when none fits. */
export function inferStep(bookings: readonly SalonBooking[]): number {
  const steps = [30, 20, 15, 10];
  return steps.find((step) => bookings.every((booking) => booking.startsMinute % step === 0)) ?? 5;
}

type Day = { weekday: number; week: string; firstStart: number; lastEnd: number };

function toDays(rows: readonly SalonBooking[]): Day[] {
  const days = new Map<string, Day>();
  for (const row of rows) {
    const day = days.get(row.date);
    if (day === undefined) {
      const date = Temporal.PlainDate.from(row.date);
      const week = date.subtract({ days: date.dayOfWeek - 1 }).toString();
      days.set(row.date, {
        weekday: date.dayOfWeek,
        week,
        firstStart: row.startsMinute,
        lastEnd: endsMinute(row),
      });
    } else {
      day.firstStart = Math.min(day.firstStart, row.startsMinute);
      day.lastEnd = Math.max(day.lastEnd, endsMinute(row));
    }
  }
  return [...days.values()];
}

function isWorked(dates: number, weeks: number): boolean {
  return dates >= (weeks < 4 ? 1 : 2) && dates * 5 >= weeks;
}

function periodOf(days: readonly Day[], stepMinutes: number): { starts_minute: number; ends_minute: number } {
  const extreme = days.length >= 5 ? 1 : 0;
  const starts = days.map((day) => day.firstStart).sort((a, b) => a - b);
  const ends = days.map((day) => day.lastEnd).sort((a, b) => b - a);
  return {
    starts_minute: Math.floor((starts[extreme] ?? 0) / stepMinutes) * stepMinutes,
    ends_minute: Math.min(2160, Math.ceil((ends[extreme] ?? 0) / stepMinutes) * stepMinutes),
  };
}

function isInside(row: SalonBooking, schedule: WeeklySchedule): boolean {
  const weekday = Temporal.PlainDate.from(row.date).dayOfWeek;
  const periods = schedule.find((day) => day.weekday === weekday)?.periods ?? [];
  return periods.some(
    (period) => row.startsMinute >= period.starts_minute && endsMinute(row) <= period.ends_minute,
  );
}
