import { ImportRow } from '@bookedbarber/contract';
import { describe, expect, test } from 'vitest';
import { validationErrors } from '../shop/setup/check-against.ts';
import { demoPlan } from './demo-shop.ts';
import { pastDays, pastOf } from './past-days.ts';

const today = '2026-11-22';
const plan = demoPlan('demo', today);
const uuid = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const ids = {
  serviceIds: new Map(plan.services.map((service, index) => [service.code, uuid(index)])),
  barberIds: new Map(plan.barbers.map((barber, index) => [barber.code, uuid(100 + index)])),
};
const past = pastOf(plan, ids, today, 1);

describe('the past appointments of the demo shop', () => {
  test('are the same for the same seed and different for another seed', () => {
    expect(pastOf(plan, ids, today, 1)).toEqual(past);
    expect(pastOf(plan, ids, today, 2)).not.toEqual(past);
  });

  test('are the same for a date no matter when they are created', () => {
    const tomorrow = pastOf(plan, ids, '2026-11-23', 1);
    const of = (rows: typeof past, date: string) => rows.filter((row) => row.date === date);
    expect(of(tomorrow, '2026-11-20').length).toBeGreaterThan(10);
    expect(of(tomorrow, '2026-11-20')).toEqual(of(past, '2026-11-20'));
  });

  test('match the schema of the server, have unique refs, and are before today', () => {
    expect(past.flatMap((row) => validationErrors(ImportRow, row))).toEqual([]);
    expect(new Set(past.map((row) => row.ref)).size).toBe(past.length);
    expect(past.every((row) => row.date < today && row.date >= '2026-10-11')).toBe(true);
    expect(pastDays).toBe(42);
  });

  test('include every final status', () => {
    const endings = past.map((row) => row.status);
    for (const [status, least] of [
      ['completed', 500],
      ['no_show', 20],
      ['cancelled', 30],
    ] as const) {
      expect(endings.filter((finalStatus) => finalStatus === status).length).toBeGreaterThan(least);
    }
    expect(past.every((row) => (row.cancelled_on === undefined) === (row.status !== 'cancelled'))).toBe(true);
    expect(past.every((row) => row.cancelled_on === undefined || row.cancelled_on <= row.date)).toBe(true);
  });

  test('stay within the schedules and never overlap for one barber', () => {
    for (const barber of plan.barbers) {
      const own = past.filter((row) => row.barber_id === ids.barberIds.get(barber.code));
      const busyUntil = new Map<string, number>();
      for (const row of own) {
        const weekday = new Date(`${row.date}T00:00:00Z`).getUTCDay() || 7;
        const ends = row.starts_minute + row.duration_minutes;
        const periods = barber.schedule.find((day) => day.weekday === weekday)?.periods ?? [];
        expect(
          periods.some((period) => row.starts_minute >= period.starts_minute && ends <= period.ends_minute),
        ).toBe(true);
        expect(row.starts_minute).toBeGreaterThanOrEqual(busyUntil.get(row.date) ?? 0);
        busyUntil.set(row.date, ends);
      }
    }
  });
});
