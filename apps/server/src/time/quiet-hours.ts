import { addDays } from './dates.ts';
import { localDate, minuteOfDay, wallInstant } from './wall-time.ts';

/** Local hours in which no reminders or follow-ups are sent. Both minutes are null if there are none. */
export type QuietHours = {
  zone: string;
  /** Minutes since midnight. The hours span midnight if `quietUntilMinute` is less than `quietFromMinute`. */
  quietFromMinute: number | null;
  quietUntilMinute: number | null;
};

/** The quiet time [startMs, endMs) that contains the instant `ms`; null if `ms` is not in quiet hours. */
export function quietAt(hours: QuietHours, ms: number): { startMs: number; endMs: number } | null {
  const { zone, quietFromMinute: from, quietUntilMinute: until } = hours;
  if (from === null || until === null) return null;
  const minute = minuteOfDay(zone, ms);
  const spansMidnight = until < from;
  const isQuiet = spansMidnight ? minute >= from || minute < until : minute >= from && minute < until;
  if (!isQuiet) return null;
  const today = localDate(zone, ms);
  const firstDate = spansMidnight && minute < until ? addDays(today, -1) : today;
  const lastDate = spansMidnight ? addDays(firstDate, 1) : firstDate;
  return {
    startMs: Math.min(wallInstant(zone, firstDate, from, 'opens'), ms),
    endMs: Math.max(wallInstant(zone, lastDate, until, 'closes'), ms),
  };
}
