/** What cached answers depend on. An answer names its tags; a change makes the tags of what it changed forgotten. */
import { maxBufferMs } from '../booking/availability/calendar.ts';
import { dateRange, daysBetween } from '../time/dates.ts';
import type { Interval } from '../time/intervals.ts';
import { localDate } from '../time/wall-time.ts';

/** All that belongs to a shop. Its slug never changes. */
export const shopNamespace = (slug: string): string => `shop:${slug}`;
/** All that belongs to an organisation beyond its shops: its clients. */
export const organisationNamespace = (id: string): string => `organisation:${id}`;
/** What belongs to no shop: which shops there are. */
export const installationNamespace = 'installation';

export const tags = {
  shops: 'shops',
  /** Name, address, policy of a shop. */
  shop: 'shop',
  /** Services, barbers, and who offers what. */
  menu: 'menu',
  /** Weekly schedules, overrides, time off. */
  hours: 'hours',
  /** What is booked at all. */
  book: 'book',
  day: (date: string): string => `day:${date}`,
  month: (date: string): string => `month:${date.slice(0, 7)}`,
  client: (id: string): string => `client:${id}`,
};

/** Tags of booked time: the days that it touches itself or by a buffer's length, and the months that it begins in. */
export function tagsOfTime(zone: string, { startMs, endMs }: Interval): string[] {
  const from = localDate(zone, startMs - maxBufferMs);
  const to = localDate(zone, endMs + maxBufferMs);
  const days = dateRange(from, daysBetween(from, to) + 1);
  return [...days.map(tags.day), tags.month(localDate(zone, startMs))];
}
