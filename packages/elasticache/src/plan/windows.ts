/** A stretch of the week, in minutes since Monday 00:00 UTC; `end` may lie beyond the week. */
export type WeekInterval = { readonly start: number; readonly end: number };

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const day = 1440;
const week = 7 * day;

/** '03:00-05:00', every day. Undefined: not such a window. */
export function dailyWindow(text: string): { startMinute: number; minutes: number } | undefined {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [start, end] = [minuteOf(match[1], match[2]), minuteOf(match[3], match[4])];
  if (start === undefined || end === undefined) return undefined;
  return { startMinute: start, minutes: (end - start + day) % day };
}

/** 'sun:05:00-sun:07:00', once a week. Undefined: not such a window. */
export function weeklyWindow(text: string): WeekInterval | undefined {
  const match = /^([a-z]{3}):(\d\d):(\d\d)-([a-z]{3}):(\d\d):(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [from, to] = [days.indexOf(match[1] ?? ''), days.indexOf(match[4] ?? '')];
  const [start, end] = [minuteOf(match[2], match[3]), minuteOf(match[5], match[6])];
  if (from < 0 || to < 0 || start === undefined || end === undefined) return undefined;
  const begin = from * day + start;
  return { start: begin, end: begin + ((to * day + end - begin + week) % week) };
}

/** Whether a window of every day touches one of the week. Windows that only meet at an end do not overlap. */
export function overlap(daily: { startMinute: number; minutes: number }, weekly: WeekInterval): boolean {
  // From the day before the week to the day after it: both may reach over midnight and over Sunday.
  for (let start = daily.startMinute - day; start < 2 * week; start += day)
    if (start < weekly.end && start + daily.minutes > weekly.start) return true;
  return false;
}

function minuteOf(hour: string | undefined, minute: string | undefined): number | undefined {
  const [hours, minutes] = [Number(hour), Number(minute)];
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : undefined;
}
