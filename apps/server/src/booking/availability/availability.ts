import type { Availability, AvailabilityQuery, SegmentRequest } from '@bookedbarber/contract';
import type { ShopRecord } from '../../catalog/catalog.ts';
import { addDays, dateRange } from '../../time/dates.ts';
import { formatInDay, localDate, localDay } from '../../time/wall-time.ts';
import { barbersOf } from '../resolve-segments.ts';
import { type SegmentOption, totalMinutes } from '../segments.ts';
import type { TimeByBarber } from './assignment.ts';
import type { CalendarRequest } from './calendar.ts';
import { freeStarts } from './free-starts.ts';
import { bookableWindow } from './policy.ts';

/** A slot_taken problem lists this many free starts, from this many days. */
const nextFreeCount = 5;
const nextFreeDays = 14;

/** Parses `{service id}:{barber id or "any"}`. The schema has validated the format. */
export function parseSegmentParameters(parameters: AvailabilityQuery['segment']): SegmentRequest[] {
  return parameters.map((parameter) => {
    const [serviceId = '', barberId = 'any'] = parameter.toLowerCase().split(':');
    return { service_id: serviceId, barber_id: barberId === 'any' ? null : barberId };
  });
}

export type FreeTimeRequest = {
  shop: ShopRecord;
  segments: readonly SegmentOption[];
  /** First day, a date of the shop's zone. */
  from: string;
  days: number;
  nowMs: number;
  exceptBookingId?: string;
};

/** Reads the calendar from the database or through the cache. */
export type ReadCalendar = (request: CalendarRequest & { shop: ShopRecord }) => Promise<TimeByBarber>;

/** The free starts of each day. The result reserves nothing: only the database decides whether a booking succeeds. */
export async function findFreeTimes(read: ReadCalendar, request: FreeTimeRequest): Promise<Availability> {
  const { shop, segments, from, days, nowMs, exceptBookingId } = request;
  const window = bookableWindow(shop, nowMs);
  const dates = dateRange(from, days);
  const barberIds = barbersOf(segments);
  const open = dates.filter((date) => {
    const day = localDay(shop.zone, date);
    return day.endMs > window.earliestMs && day.startMs < window.endMs;
  });
  const [first] = open;
  const last = open.at(-1);
  const exclusion = exceptBookingId === undefined ? {} : { exceptBookingId };
  const time: TimeByBarber =
    first === undefined || last === undefined || barberIds.length === 0
      ? new Map()
      : await read({ shop, barberIds, from: first, to: last, nowMs, ...exclusion });
  return {
    zone: shop.zone,
    slot_interval_minutes: shop.slotIntervalMinutes,
    duration_minutes: totalMinutes(segments),
    days: dates.map((date) => {
      const day = localDay(shop.zone, date);
      const starts = freeStarts(day, shop.slotIntervalMinutes, window, segments, time);
      return { date, starts: starts.map((startMs) => formatInDay(day, startMs)) };
    }),
  };
}

/** Up to 5 free starts within two weeks from `startMs` on, as RFC 3339 with the offset of the shop's zone. */
export async function nextFreeStarts(
  read: ReadCalendar,
  request: Omit<FreeTimeRequest, 'from' | 'days'> & { startMs: number },
): Promise<string[]> {
  const { shop, startMs, nowMs } = request;
  const fromMs = Math.max(startMs, nowMs);
  const from = localDate(shop.zone, fromMs);
  const found: string[] = [];
  // Most searches succeed within the first two days, so search these first and the remaining days only if needed.
  for (const [offset, days] of [
    [0, 2],
    [2, nextFreeDays - 2],
  ] as const) {
    const { days: free } = await findFreeTimes(read, {
      ...request,
      from: addDays(from, offset),
      days,
    });
    found.push(...free.flatMap((day) => day.starts).filter((start) => Date.parse(start) >= fromMs));
    if (found.length >= nextFreeCount) break;
  }
  return found.slice(0, nextFreeCount);
}
