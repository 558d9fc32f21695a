import { addDays } from './dates.ts';
import { localDate, minuteOfDay, wallInstant } from './wall-time.ts';

/** Hours of the wall clock of `zone` in which nobody is written to; null and null: there are none. */
export type QuietHours = {
  zone: string;
  /** Minutes since midnight; past midnight when until is before from. */
  quietFromMinute: number | null;
  quietUntilMinute: number | null;
};

/** The quiet time that holds the instant `ms`, [startMs, endMs); null when it is none. */
export function quietAt(hours: QuietHours, ms: number): { startMs: number; endMs: number } | null {
  const { zone, quietFromMinute: from, quietUntilMinute: until } = hours;
  if (from === null || until === null) return null;
  const minute = minuteOfDay(zone, ms);
  const overMidnight = until < from;
  const isQuiet = overMidnight ? minute >= from || minute < until : minute >= from && minute < until;
  if (!isQuiet) return null;
  const today = localDate(zone, ms);
  const firstDate = overMidnight && minute < until ? addDays(today, -1) : today;
  const lastDate = overMidnight ? addDays(firstDate, 1) : firstDate;
  return {
    startMs: Math.min(wallInstant(zone, firstDate, from, 'opens'), ms),
    endMs: Math.max(wallInstant(zone, lastDate, until, 'closes'), ms),
  };
}
