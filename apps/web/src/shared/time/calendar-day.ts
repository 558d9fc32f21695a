/** Calendar days as YYYY-MM-DD, without a time zone. */

const dayMs = 86_400_000;

const utc = (day: string): number => Date.parse(`${day}T00:00:00Z`);

export function addDays(day: string, count: number): string {
  return new Date(utc(day) + count * dayMs).toISOString().slice(0, 10);
}

/** Days from one date to another; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((utc(to) - utc(from)) / dayMs);
}

/** Whether a text is a valid calendar day. 2026-02-30 is not. */
export function isCalendarDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(utc(text)) && addDays(text, 0) === text;
}

const formats = {
  weekday: new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'short' }),
  number: new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric' }),
  month: new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long' }),
  day: new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' }),
  short: new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  }),
  year: new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', year: 'numeric' }),
};

/** "Tue" */
export const weekdayShort = (day: string): string => formats.weekday.format(utc(day));
/** "24" */
export const dayNumber = (day: string): string => formats.number.format(utc(day));
/** "Tuesday 24 November" */
export const dayLong = (day: string): string => formats.day.format(utc(day)).replace(',', '');
/** "Tuesday 24 November 2026" */
export const dayWithYear = (day: string): string => `${dayLong(day)} ${formats.year.format(utc(day))}`;
/** "Tue 24 Nov" */
export const dayShort = (day: string): string => formats.short.format(utc(day)).replace(',', '');

/** "November 2026", or "November – December 2026" for a range across two months. */
export function monthsOf(first: string, last: string): string {
  const [from, to] = [formats.month.format(utc(first)), formats.month.format(utc(last))];
  const [fromYear, toYear] = [first.slice(0, 4), last.slice(0, 4)];
  if (fromYear !== toYear) return `${from} ${fromYear} – ${to} ${toYear}`;
  return from === to ? `${from} ${toYear}` : `${from} – ${to} ${toYear}`;
}
