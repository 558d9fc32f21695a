import type { QueryClient } from '@tanstack/react-query';
import { type AvailabilityRequest, availabilityQuery } from '../../shared/api/queries.ts';
import { addDays, daysBetween } from '../../shared/time/calendar-day.ts';

/** The API gives a month at a time; after four of them a visitor is better served by a call to the shop. */
const daysAtOnce = 31;
const maxRequests = 4;

/** First day from `from` on with a free time, or null when the next four months (or all bookable days) have none. */
export async function findFreeDay(
  client: QueryClient,
  wish: Omit<AvailabilityRequest, 'days'>,
  lastDay: string,
): Promise<string | null> {
  let from = wish.from;
  for (let request = 0; request < maxRequests && from <= lastDay; request += 1) {
    const days = Math.min(daysAtOnce, daysBetween(from, lastDay) + 1);
    const answer = await client.fetchQuery(availabilityQuery({ ...wish, from, days }));
    const free = answer.days.find((day) => day.starts.length > 0);
    if (free) return free.date;
    from = addDays(from, days);
  }
  return null;
}
