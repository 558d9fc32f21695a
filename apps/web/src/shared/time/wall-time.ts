import { dayWithYear } from './calendar-day.ts';
import { offsetMinutes, offsetName } from './zone.ts';

/**
 * The API writes instants as the shop's clocks show them, with their offset: 2026-11-01T01:30:00-04:00. What a visitor
 * reads is cut from that text and never computed, so that the page and the API cannot disagree.
 */
export const wallClock = (instant: string): string => instant.slice(11, 16);

/** The day of an instant on the shop's calendar, YYYY-MM-DD. */
export const wallDay = (instant: string): string => instant.slice(0, 10);

/**
 * Says whether clocks in the zone show this wall time twice, because they are set back over it.
 * Tries the offsets that hold a day before and after: if the same wall time exists with another one, it is repeated.
 */
export function isRepeatedHour(instant: string, zone: string): boolean {
  const epochMs = Date.parse(instant);
  const own = offsetMinutes(zone, epochMs);
  return [-86_400_000, 86_400_000].some((aside) => {
    const other = offsetMinutes(zone, epochMs + aside);
    return other !== own && offsetMinutes(zone, epochMs + (own - other) * 60_000) === other;
  });
}

/** "10:30", and in an hour that the day has twice "01:30 (UTC−4)". */
export function clockLabel(instant: string, zone: string): string {
  const clock = wallClock(instant);
  return isRepeatedHour(instant, zone)
    ? `${clock} (${offsetName(offsetMinutes(zone, Date.parse(instant)))})`
    : clock;
}

/** "Tuesday 24 November 2026, 10:30" */
export function dayAndClock(instant: string, zone: string): string {
  return `${dayWithYear(wallDay(instant))}, ${clockLabel(instant, zone)}`;
}
