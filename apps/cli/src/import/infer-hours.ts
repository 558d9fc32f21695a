import type { WeeklySchedule } from '@bookedbarber/contract';
import { Temporal } from 'temporal-polyfill';
import { endsMinute, type SalonBooking } from './files/bookings-file.ts';

/** The rule of inferHours in words, for the report. */
export const hoursRule =
  'Inferred from bookings that were not cancelled, because the export contains no schedules. A weekday counts as a ' +
  'working day when the staff member has bookings on it in at least a fifth of their weeks with bookings, and on at ' +
  'least two dates (one date, if they have fewer than four such weeks). The working hours go from the earliest start to ' +
  'the latest end, rounded outward to the slot interval. With five dates or more, the earliest start and the latest end ' +
  'are left out as outliers. Breaks cannot be inferred.';

export type InferredHours = {
  schedule: WeeklySchedule;
  /** Weeks (Monday to Sunday) with bookings. */
  weeks: number;
  /** Weekdays with bookings that do not count as working days, with the number of dates. */
  ignoredWeekdays: { weekday: number; dates: number }[];
  /** Rows outside the schedule, not counting cancelled ones. */
  rowsOutsideHours: number;
};

/** Infers the weekly hours of one staff member from their rows. `stepMinutes`: the slot interval to round to. */
export function inferHours(rows: readonly SalonBooking[], stepMinutes: number): InferredHours {
  const notCancelled = rows.filter((row) => row.status !== 'cancelled');
  const days = toDays(notCancelled);
  const weeks = new Set(days.map((day) => day.week)).size;
  const hours: InferredHours = { schedule: [], weeks, ignoredWeekdays: [], rowsOutsideHours: 0 };
  for (let weekday = 1; weekday <= 7; weekday += 1) {
    const workedDays = days.filter((day) => day.weekday === weekday);
    if (workedDays.length === 0) continue;
    if (!isWorked(workedDays.length, weeks)) {
      hours.ignoredWeekdays.push({ weekday, dates: workedDays.length });
      continue;
    }
    hours.schedule.push({ weekday, periods: [periodOf(workedDays, stepMinutes)] });
  }
  hours.rowsOutsideHours = notCancelled.filter((row) => !isInside(row, hours.schedule)).length;
  return hours;
}

/** The largest common slot interval in minutes that fits every start; 5 when none fits. */
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
