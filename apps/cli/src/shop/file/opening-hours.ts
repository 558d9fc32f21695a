import type { DayPeriod, WeeklySchedule } from '@bookedbarber/contract';
import { clock } from '../../shared/terminal/words.ts';

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** Hours by days, as in a shop file: {"tue-fri": "09:00-12:30, 13:00-18:00", "sat": "09:00-15:00"}. */
export type WrittenHours = Record<string, string>;

/**
 * Parses hours. Hours after midnight continue past 24:00: "20:00-26:00" ends at 2 a.m.
 * Throws Error with the problem and the correct format.
 */
export function parseHours(hours: WrittenHours): WeeklySchedule {
  const schedule: WeeklySchedule = [];
  for (const [days, text] of Object.entries(hours)) {
    const periods = parsePeriods(text);
    for (const weekday of parseDays(days)) {
      if (schedule.some((day) => day.weekday === weekday))
        throw new Error(`"${days}" names a day that already has hours`);
      schedule.push({ weekday, periods });
    }
  }
  return schedule.sort((a, b) => a.weekday - b.weekday);
}

/** A schedule in one line, with days of the same hours combined: "Tue-Thu, Sat 09:00-18:00; Fri 09:00-20:00". */
export function formatSchedule(schedule: WeeklySchedule): string {
  const daysByHours = new Map<string, number[]>();
  for (const { weekday, periods } of [...schedule].sort((a, b) => a.weekday - b.weekday)) {
    if (periods.length === 0) continue;
    const hours = periods
      .map((period) => `${clock(period.starts_minute)}-${clock(period.ends_minute)}`)
      .join(', ');
    daysByHours.set(hours, [...(daysByHours.get(hours) ?? []), weekday]);
  }
  return [...daysByHours].map(([hours, days]) => `${dayRanges(days)} ${hours}`).join('; ');
}

/** Short name of an ISO weekday, 1 (Monday) to 7. */
export function dayName(weekday: number): string {
  return dayNames[weekday - 1] ?? '';
}

/** Ascending weekdays as "Tue-Thu, Sat". */
function dayRanges(days: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const day of days) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] === day - 1) range[1] = day;
    else ranges.push([day, day]);
  }
  return ranges
    .map(([first, last]) => (first === last ? dayName(first) : `${dayName(first)}-${dayName(last)}`))
    .join(', ');
}

function parseDays(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map((name) => weekdayNumber(name, text));
    if (last < first) throw new Error(`"${text}" runs backwards; a week runs from mon to sun`);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

function weekdayNumber(name: string, text: string): number {
  const index = dayNames.findIndex((day) => day.toLowerCase() === name.trim().toLowerCase());
  if (index < 0)
    throw new Error(`"${text}" does not name days; write mon, tue, wed, thu, fri, sat, sun or mon-fri`);
  return index + 1;
}

function parsePeriods(text: string): DayPeriod[] {
  if (text.trim() === '' || text.trim().toLowerCase() === 'closed') return [];
  const periods = text.split(',').map(parsePeriod);
  periods.sort((a, b) => a.starts_minute - b.starts_minute);
  for (const [index, period] of periods.entries()) {
    const previous = periods[index - 1];
    if (previous !== undefined && period.starts_minute < previous.ends_minute) {
      throw new Error(`"${text}" has overlapping periods`);
    }
  }
  return periods;
}

function parsePeriod(text: string): DayPeriod {
  const match = /^\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*$/.exec(text);
  if (match === null) throw new Error(`"${text.trim()}" is not a period; write 09:00-18:00`);
  const [, startHour, startMinute, endHour, endMinute] = match.map(Number);
  const period = {
    starts_minute: minuteOf(startHour, startMinute, text),
    ends_minute: minuteOf(endHour, endMinute, text),
  };
  if (period.ends_minute <= period.starts_minute) {
    throw new Error(
      `"${text.trim()}" ends before it starts; write hours after midnight as 24:00, 25:00, 26:00`,
    );
  }
  if (period.starts_minute >= 1440)
    throw new Error(`"${text.trim()}" starts on the next day; write it for that day`);
  return period;
}

function minuteOf(hour = 0, minute = 0, text = ''): number {
  const value = hour * 60 + minute;
  if (minute > 59 || value > 2160)
    throw new Error(`"${text.trim()}" has an invalid time of day (maximum 36:00)`);
  return value;
}
