/** An interval in minutes since Monday 00:00 UTC; `end` can be past the end of the week. */
export type WeekInterval = { readonly start: number; readonly end: number };

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const day = 1440;
const week = 7 * day;

/** Parses a daily window such as '03:00-05:00'. Returns undefined if the text is not one. */
export function dailyWindow(text: string): { startMinute: number; minutes: number } | undefined {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [start, end] = [minuteOf(match[1], match[2]), minuteOf(match[3], match[4])];
  if (start === undefined || end === undefined) return undefined;
  return { startMinute: start, minutes: (end - start + day) % day };
}

/** Parses a weekly window such as 'sun:05:00-sun:07:00'. Returns undefined if the text is not one. */
export function weeklyWindow(text: string): WeekInterval | undefined {
  const match = /^([a-z]{3}):(\d\d):(\d\d)-([a-z]{3}):(\d\d):(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [from, to] = [days.indexOf(match[1] ?? ''), days.indexOf(match[4] ?? '')];
  const [start, end] = [minuteOf(match[2], match[3]), minuteOf(match[5], match[6])];
  if (from < 0 || to < 0 || start === undefined || end === undefined) return undefined;
  const begin = from * day + start;
  return { start: begin, end: begin + ((to * day + end - begin + week) % week) };
}

/** Whether a daily and a weekly window overlap. Adjacent windows do not. */
export function overlap(daily: { startMinute: number; minutes: number }, weekly: WeekInterval): boolean {
  // From the day before the week until the day after it, since windows can cross midnight and the end of the week.
  for (let start = daily.startMinute - day; start < 2 * week; start += day)
    if (start < weekly.end && start + daily.minutes > weekly.start) return true;
  return false;
}

function minuteOf(hour: string | undefined, minute: string | undefined): number | undefined {
  const [hours, minutes] = [Number(hour), Number(minute)];
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : undefined;
}
