import type { Analytics as AnalyticsReport, Figures } from '@bookedbarber/contract';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { Executor } from '../database/connect.ts';
import { problem } from '../http/problem.ts';
import type { Staff } from '../staff/staff.ts';
import { dateRange, daysBetween } from '../time/dates.ts';
import { lengthWithin } from '../time/intervals.ts';
import { localDay, minuteMs } from '../time/wall-time.ts';
import type { Count } from './counts.ts';
import { countRange } from './figures.ts';

const maxReportDays = 366;

export type AnalyticsReports = ReturnType<typeof createAnalytics>;

export function createAnalytics({ staff }: { staff: Staff }) {
  return {
    /** Reports from the start of `from` to the end of `to`, dates in the shop's zone. Throws invalid_request. */
    async report(executor: Executor, shop: ShopRecord, from: string, to: string): Promise<AnalyticsReport> {
      const dates = dateRange(from, checkRange(from, to));
      const range = { fromMs: localDay(shop.zone, from).startMs, toMs: localDay(shop.zone, to).endMs };
      const counts = await countRange(executor, shop, { from, to });
      const barbers = await staff.barbers(executor, shop.id, 'all');
      const barberIds = barbers.map((barber) => barber.id);
      const working = await staff.workingTime(executor, { shop, barberIds, from, to });
      const minutesOf = (barberId: string, startMs: number, endMs: number): number =>
        lengthWithin(working.get(barberId) ?? [], startMs, endMs) / minuteMs;
      const scheduledOn = (date: string): number => {
        const { startMs, endMs } = localDay(shop.zone, date);
        return barberIds.reduce((sum, id) => sum + minutesOf(id, startMs, endMs), 0);
      };
      const scheduled = barbers.map((barber) => minutesOf(barber.id, range.fromMs, range.toMs));
      return {
        zone: shop.zone,
        currency: shop.currency,
        from,
        to,
        total: figures(
          counts.all.get('all'),
          scheduled.reduce((sum, minutes) => sum + minutes, 0),
        ),
        by_day: dates.map((date) => ({ date, ...figures(counts.date.get(date), scheduledOn(date)) })),
        by_barber: barbers
          .map((barber, index) => ({
            barber_id: barber.id,
            barber_name: barber.name,
            ...figures(counts.barber.get(barber.id), scheduled[index] ?? 0),
          }))
          .filter((row) => row.services > 0 || row.scheduled_minutes > 0),
      };
    },
  };
}

/** The number of days in a report. Throws invalid_request for a range that is reversed or too long. */
export function checkRange(from: string, to: string): number {
  const days = daysBetween(from, to) + 1;
  if (days < 1) throw problem('invalid_request', 'The range ends before it starts.');
  if (days > maxReportDays)
    throw problem('invalid_request', `A report covers at most ${maxReportDays} days.`);
  return days;
}

function figures(counted: Count | undefined, scheduledMinutes: number): Figures {
  const bookedMinutes = counted?.bookedMinutes ?? 0;
  return {
    bookings: counted?.bookings ?? 0,
    services: counted?.services ?? 0,
    completed: counted?.completed ?? 0,
    no_shows: counted?.noShows ?? 0,
    cancelled: counted?.cancelled ?? 0,
    revenue_cents: counted?.revenueCents ?? 0,
    booked_minutes: Math.round(bookedMinutes),
    scheduled_minutes: Math.round(scheduledMinutes),
    utilization: scheduledMinutes === 0 ? null : Math.round((bookedMinutes / scheduledMinutes) * 1000) / 1000,
  };
}
