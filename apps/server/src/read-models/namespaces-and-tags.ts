/** Namespaces and tags of cached data. Each entry has tags for the data it depends on; a change invalidates tags. */
import { maxBufferMs } from '../booking/availability/calendar.ts';
import { dateRange, daysBetween } from '../time/dates.ts';
import type { Interval } from '../time/intervals.ts';
import { localDate } from '../time/wall-time.ts';

/** The data of a shop. Its slug never changes. */
export const shopNamespace = (slug: string): string => `shop:${slug}`;
/** The data of an organisation that is shared by its shops: its clients. */
export const organisationNamespace = (id: string): string => `organisation:${id}`;
/** The data of the installation: the list of shops. */
export const installationNamespace = 'installation';

export const tags = {
  shops: 'shops',
  /** Name, address, policy of a shop. */
  shop: 'shop',
  /** Services, barbers, and who offers what. */
  menu: 'menu',
  /** Weekly schedules, overrides, time off. */
  hours: 'hours',
  /** All bookings of the shop. */
  book: 'book',
  day: (date: string): string => `day:${date}`,
  month: (date: string): string => `month:${date.slice(0, 7)}`,
  client: (id: string): string => `client:${id}`,
};

/**
 * The tags of a booked time: the days that it overlaps, including the longest buffers, and the month in which it
 * starts.
 */
export function tagsOfTime(zone: string, { startMs, endMs }: Interval): string[] {
  const from = localDate(zone, startMs - maxBufferMs);
  const to = localDate(zone, endMs + maxBufferMs);
  const days = dateRange(from, daysBetween(from, to) + 1);
  return [...days.map(tags.day), tags.month(localDate(zone, startMs))];
}
