/** Figures of a range: adds up the days that are rolled up and counts the others. */
import type { Executor } from '../database/connect.ts';
import { addDays, dateRange, daysBetween } from '../time/dates.ts';
import type { Interval } from '../time/intervals.ts';
import { localDay } from '../time/wall-time.ts';
import { type Count, countSegments, type Grouping } from './counts.ts';
import { type RolledDay, rolledDays } from './rolled-days.ts';

type Shop = { id: string; zone: string };

/**
 * Figures by date, by barber and in total, with the keys of countSegments. The sums are exact because no booking spans
 * both a rolled-up day and another day.
 */
export async function countRange(
  executor: Executor,
  shop: Shop,
  { from, to }: { from: string; to: string },
): Promise<Record<Grouping, Map<string, Count>>> {
  const rolled = await rolledDays(executor, shop.id, from, to);
  const rolledDates = new Set(rolled.map(({ date }) => date));
  const uncounted = consecutiveDays(
    dateRange(from, daysBetween(from, to) + 1).filter((date) => !rolledDates.has(date)),
    shop.zone,
  );
  const count = async (
    by: Grouping,
    keyOf: (day: RolledDay) => string | null,
  ): Promise<Map<string, Count>> => {
    const counts = await countSegments(executor, shop, uncounted, by);
    for (const day of rolled) {
      const key = keyOf(day);
      if (key !== null) counts.set(key, sum(counts.get(key), day));
    }
    return counts;
  };
  return {
    date: await count('date', ({ barberId, date }) => (barberId === null ? date : null)),
    barber: await count('barber', ({ barberId }) => barberId),
    all: await count('all', ({ barberId }) => (barberId === null ? 'all' : null)),
  };
}

/** One interval for each run of consecutive days. */
function consecutiveDays(dates: readonly string[], zone: string): Interval[] {
  const runs: Interval[] = [];
  dates.forEach((date, index) => {
    const { startMs, endMs } = localDay(zone, date);
    const last = runs.at(-1);
    if (last !== undefined && dates[index - 1] === addDays(date, -1)) last.endMs = endMs;
    else runs.push({ startMs, endMs });
  });
  return runs;
}

function sum(a: Count | undefined, b: Count): Count {
  return {
    bookings: (a?.bookings ?? 0) + b.bookings,
    services: (a?.services ?? 0) + b.services,
    completed: (a?.completed ?? 0) + b.completed,
    noShows: (a?.noShows ?? 0) + b.noShows,
    cancelled: (a?.cancelled ?? 0) + b.cancelled,
    revenueCents: (a?.revenueCents ?? 0) + b.revenueCents,
    bookedMinutes: (a?.bookedMinutes ?? 0) + b.bookedMinutes,
  };
}
