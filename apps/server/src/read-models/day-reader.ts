import type { Answer } from '@bookedbarber/redis-tier/cache';
import type { BarberTime } from '../booking/availability/assignment.ts';
import {
  type BlockedTime,
  blockedAt,
  type CalendarRange,
  type CalendarRequest,
  loadBlocked,
  marginDays,
  maxBufferMs,
} from '../booking/availability/calendar.ts';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { Db } from '../database/connect.ts';
import type { Staff } from '../staff/staff.ts';
import { dateRange, daysBetween } from '../time/dates.ts';
import { type Interval, union } from '../time/intervals.ts';
import { localDay } from '../time/wall-time.ts';
import { shopNamespace, tags } from './namespaces-and-tags.ts';
import type { ServerCache } from './server-cache.ts';

/**
 * One day of a shop, true whenever it is asked: when each barber works from the day's beginning on, and what blocks that
 * day or a buffer's length before it. Lead time, cut-off and the end of holds are applied on reading.
 */
export type ShopDay = Record<string, { working: Interval[]; blocked: BlockedTime[] }>;

type Dependencies = { cache: ServerCache; db: Db; staff: Staff };

/** The days of a shop through the cache: several are read in one step, and what is missing is loaded in one. */
export function createDayReader({ cache, db, staff }: Dependencies) {
  async function read(shop: ShopRecord, dates: readonly string[]): Promise<Answer<ShopDay>[]> {
    const answers = await cache.policy('bookings').getMany<ShopDay>({
      namespace: shopNamespace(shop.slug),
      items: dates.map((date) => ({ key: keyOf(date), tags: [tags.hours, tags.menu, tags.day(date)] })),
      load: async (keys) => {
        const days = await loadDays(shop, keys.map(dateOf));
        return new Map([...days].map(([date, day]) => [keyOf(date), day]));
      },
    });
    return [...answers.values()];
  }

  async function loadDays(shop: ShopRecord, dates: readonly string[]): Promise<Map<string, ShopDay>> {
    const barberIds = (await staff.barbers(db, shop.id)).map((barber) => barber.id);
    const sorted = [...dates].sort();
    const range: CalendarRange = {
      shop,
      barberIds,
      from: sorted[0] ?? '',
      to: sorted.at(-1) ?? '',
    };
    const working = await staff.workingTime(db, range);
    const blocked = barberIds.length === 0 ? new Map() : await loadBlocked(db, range);
    return new Map(dates.map((date) => [date, cutDay(shop.zone, date, barberIds, working, blocked)]));
  }

  return {
    /**
     * As loadCalendar, with the answers of the cache that it was made of, and until when what blocks stays as it is if
     * nobody changes anything: some hold may end then.
     */
    async calendar({ shop, barberIds, from, to, nowMs }: CalendarRequest & { shop: ShopRecord }) {
      const dates = dateRange(from, daysBetween(from, to) + 1 + marginDays);
      const days = await read(shop, dates);
      const time = new Map<string, BarberTime>(
        barberIds.map((barberId) => {
          const parts = days.flatMap(({ value }) => value[barberId] ?? []);
          return [
            barberId,
            {
              working: union(parts.flatMap((part) => part.working)),
              blocked: blockedAt(
                parts.flatMap((part) => part.blocked),
                nowMs,
              ),
            },
          ];
        }),
      );
      return { time, days, holdsUntilMs: firstHoldEndMs(days, nowMs) };
    },

    /** Loads what is not cached of `count` days from `from` on. Resolves with how many were loaded. */
    async warm(shop: ShopRecord, from: string, count: number): Promise<number> {
      const days = await read(shop, dateRange(from, count));
      return days.filter((answer) => answer.source === 'miss').length;
    },
  };
}

const keyOf = (date: string): string => `day:${date}`;
const dateOf = (key: string): string => key.slice('day:'.length);

function cutDay(
  zone: string,
  date: string,
  barberIds: readonly string[],
  working: ReadonlyMap<string, readonly Interval[]>,
  blocked: ReadonlyMap<string, readonly BlockedTime[]>,
): ShopDay {
  const { startMs, endMs } = localDay(zone, date);
  const day: ShopDay = {};
  for (const barberId of barberIds) {
    day[barberId] = {
      // What runs past midnight is in two entries, cut at the border; the reader joins them again.
      working: (working.get(barberId) ?? [])
        .filter((it) => it.endMs > startMs && it.startMs < endMs)
        .map((it) => ({ startMs: Math.max(it.startMs, startMs), endMs: Math.min(it.endMs, endMs) })),
      blocked: (blocked.get(barberId) ?? []).filter(
        (it) => it.endMs > startMs - maxBufferMs && it.startMs < endMs,
      ),
    };
  }
  return day;
}

function firstHoldEndMs(days: readonly Answer<ShopDay>[], nowMs: number): number {
  let firstMs = Number.POSITIVE_INFINITY;
  for (const { value } of days)
    for (const { blocked } of Object.values(value))
      for (const { heldUntilMs } of blocked)
        if (heldUntilMs !== null && heldUntilMs > nowMs) firstMs = Math.min(firstMs, heldUntilMs);
  return firstMs;
}
