import type { QueryClient } from '@tanstack/react-query';
import { type AvailabilityRequest, availabilityQuery } from '../../shared/api/queries.ts';
import { addDays, daysBetween } from '../../shared/time/calendar-day.ts';

/** Maximum days of one availability request. After four requests, the page suggests calling the shop. */
const daysPerRequest = 31;
const maxRequests = 4;

/** First day from `from` on with a free time; null if there is none in four requests or until `lastDay`. */
export async function findFreeDay(
  client: QueryClient,
  query: Omit<AvailabilityRequest, 'days'>,
  lastDay: string,
): Promise<string | null> {
  let from = query.from;
  for (let request = 0; request < maxRequests && from <= lastDay; request += 1) {
    const days = Math.min(daysPerRequest, daysBetween(from, lastDay) + 1);
    const availability = await client.fetchQuery(availabilityQuery({ ...query, from, days }));
    const free = availability.days.find((day) => day.starts.length > 0);
    if (free) return free.date;
    from = addDays(from, days);
  }
  return null;
}
