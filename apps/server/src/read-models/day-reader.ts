import type { CacheResult } from '@bookedbarber/redis-tier/cache';
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
 * The working and blocked time of each barber on one day, independent of the current time. The blocked time also
 * includes `maxBufferMs` before the day. Readers apply minimum notice, same-day cutoff and the expiry of holds.
 */
export type ShopDay = Record<string, { working: Interval[]; blocked: BlockedTime[] }>;

type Dependencies = { cache: ServerCache; db: Db; staff: Staff };

/** Reads the days of a shop through the cache: several days in one lookup, and all missing days in one load. */
export function createDayReader({ cache, db, staff }: Dependencies) {
  async function read(shop: ShopRecord, dates: readonly string[]): Promise<CacheResult<ShopDay>[]> {
    const results = await cache.policy('bookings').getMany<ShopDay>({
      namespace: shopNamespace(shop.slug),
      items: dates.map((date) => ({ key: keyOf(date), tags: [tags.hours, tags.menu, tags.day(date)] })),
      load: async (keys) => {
        const days = await loadDays(shop, keys.map(dateOf));
        return new Map([...days].map(([date, day]) => [keyOf(date), day]));
      },
    });
    return [...results.values()];
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
     * Like loadCalendar. Also returns the cache results that it is based on, and when the next hold expires: without
     * other changes, the calendar is valid until then.
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
      return { time, days, validUntilMs: nextHoldExpiryMs(days, nowMs) };
    },

    /** Caches `count` days from `from` on. Resolves with the number of days that were not cached before. */
    async warm(shop: ShopRecord, from: string, count: number): Promise<number> {
      const days = await read(shop, dateRange(from, count));
      return days.filter((day) => day.source === 'miss').length;
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
      // Working time past midnight is split between two days. The reader joins it again.
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

function nextHoldExpiryMs(days: readonly CacheResult<ShopDay>[], nowMs: number): number {
  let firstMs = Number.POSITIVE_INFINITY;
  for (const { value } of days)
    for (const { blocked } of Object.values(value))
      for (const { heldUntilMs } of blocked)
        if (heldUntilMs !== null && heldUntilMs > nowMs) firstMs = Math.min(firstMs, heldUntilMs);
  return firstMs;
}
