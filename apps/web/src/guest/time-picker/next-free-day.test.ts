import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';
import { addDays } from '../../shared/time/calendar-day.ts';
import { findFreeDay } from './next-free-day.ts';

afterEach(() => vi.unstubAllGlobals());

/** Responds to availability requests of a shop that is free on one day, and records them. */
function freeOn(freeDate: string | null): { from: string; days: number }[] {
  const requests: { from: string; days: number }[] = [];
  vi.stubGlobal('fetch', async (path: string) => {
    const query = new URL(path, 'http://shop').searchParams;
    const [from, days] = [query.get('from') ?? '', Number(query.get('days'))];
    requests.push({ from, days });
    const dates = Array.from({ length: days }, (_, day) => addDays(from, day));
    return Response.json({
      days: dates.map((date) => ({ date, starts: date === freeDate ? [`${date}T10:00:00Z`] : [] })),
    });
  });
  return requests;
}

const find = (from: string, lastDay: string) =>
  findFreeDay(
    new QueryClient(),
    { slug: 'shop', segments: [{ serviceId: 'cut', barberId: null }], from },
    lastDay,
  );

test.each(['2026-11-01', '2026-12-01', '2026-12-02', '2027-03-04'])('finds %s', async (date) => {
  freeOn(date);
  expect(await find('2026-11-01', '2027-12-31')).toBe(date);
});

test('asks for 31 days at a time, without gaps, and for at most four times as many', async () => {
  const requests = freeOn('2027-03-05');
  expect(await find('2026-11-01', '2027-12-31')).toBeNull();
  expect(requests).toEqual([
    { from: '2026-11-01', days: 31 },
    { from: '2026-12-02', days: 31 },
    { from: '2027-01-02', days: 31 },
    { from: '2027-02-02', days: 31 },
  ]);
});

test('does not look beyond the last day', async () => {
  const requests = freeOn('2026-11-06');
  expect(await find('2026-11-01', '2026-11-05')).toBeNull();
  expect(requests).toEqual([{ from: '2026-11-01', days: 5 }]);
  expect(await find('2026-11-06', '2026-11-05')).toBeNull();
  expect(requests).toHaveLength(1);
  expect(await find('2026-11-06', '2026-11-06')).toBe('2026-11-06');
});
