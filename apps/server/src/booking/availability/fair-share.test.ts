import fc from 'fast-check';
import { expect, test } from 'vitest';
import { localDay } from '../../time/wall-time.ts';
import type { BarberTime } from './assignment.ts';
import { leastBookedFirst } from './fair-share.ts';

const day = localDay('UTC', '2026-11-24');
const hourMs = 3_600_000;
const booked = (fromHour: number, toHour: number): BarberTime => ({
  working: [],
  blocked: [{ startMs: day.startMs + fromHour * hourMs, endMs: day.startMs + toHour * hourMs }],
});
const segment = (barberIds: string[]) => ({
  serviceId: 's',
  durationMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  priceCents: 0,
  barberIds,
});
const order = (ids: string[], time: ReadonlyMap<string, BarberTime>, on = day) =>
  leastBookedFirst([segment(ids)], time, on)[0]?.barberIds;

test('the barber with the least booked time on the day comes first', () => {
  const time = new Map([
    ['full', booked(9, 17)],
    ['half', booked(9, 12)],
    ['yesterday', booked(-12, 0)],
  ]);
  expect(order(['full', 'half', 'yesterday'], time)).toEqual(['yesterday', 'half', 'full']);
});

test('equally booked barbers take turns at coming first from day to day', () => {
  const ids = ['ann', 'ben', 'cem'];
  const idle = new Map(ids.map((id) => [id, { working: [], blocked: [] }]));
  const first = new Set<string | undefined>();
  for (let date = 10; date < 30; date += 1)
    first.add(order(ids, idle, localDay('UTC', `2026-11-${date}`))?.[0]);
  expect(first).toEqual(new Set(ids));
});

test('the order does not depend on the input order, and no barber is dropped', () => {
  const ids = ['ann', 'ben', 'cem', 'dee'];
  const hours = fc.array(fc.nat({ max: 4 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(hours, fc.shuffledSubarray(ids, { minLength: 4 }), (load, shuffled) => {
      const time = new Map(ids.map((id, index) => [id, booked(0, load[index] ?? 0)]));
      expect(order(shuffled, time)).toEqual(order(ids, time));
      expect([...(order(shuffled, time) ?? [])].sort()).toEqual(ids);
    }),
  );
});
