import { dayWithYear } from './calendar-day.ts';
import { offsetMinutes, offsetName } from './zone.ts';

/**
 * The API returns instants in the local time of the shop with the offset: 2026-11-01T01:30:00-04:00. The page displays
 * parts of this text without converting it, so that the page and the API cannot disagree.
 */
export const wallClock = (instant: string): string => instant.slice(11, 16);

/** The day of an instant in the local time of the shop, YYYY-MM-DD. */
export const wallDay = (instant: string): string => instant.slice(0, 10);

/**
 * Whether this local time occurs twice in the zone, because clocks are set back.
 * Checks the offsets one day before and after: if the same local time exists with another offset, it is repeated.
 */
export function isRepeatedHour(instant: string, zone: string): boolean {
  const epochMs = Date.parse(instant);
  const own = offsetMinutes(zone, epochMs);
  return [-86_400_000, 86_400_000].some((aside) => {
    const other = offsetMinutes(zone, epochMs + aside);
    return other !== own && offsetMinutes(zone, epochMs + (own - other) * 60_000) === other;
  });
}

/** "10:30", or "01:30 (UTC−4)" in a repeated hour. */
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
