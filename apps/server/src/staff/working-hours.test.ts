import type { DayPeriod } from '@bookedbarber/contract';
import { describe, expect, test } from 'vitest';
import { lengthWithin } from '../time/intervals.ts';
import { formatInstant, localDay } from '../time/wall-time.ts';
import { type BarberSchedule, workingIntervals } from './working-hours.ts';

const zone = 'America/New_York';
const hours = (from: number, to: number): DayPeriod => ({ starts_minute: from * 60, ends_minute: to * 60 });
const everyDay = (...periods: DayPeriod[]) => new Map([1, 2, 3, 4, 5, 6, 7].map((day) => [day, periods]));

type Parts = { [K in keyof BarberSchedule]?: BarberSchedule[K] };
const schedule = (parts: Parts): BarberSchedule => ({
  week: new Map(),
  overrides: new Map(),
  timeOff: [],
  ...parts,
});

/** Working intervals that end after the start of `from`, as start and end in the shop's local time. */
function shown(
  barber: BarberSchedule,
  from: string,
  to = from,
  shop: ReadonlyMap<string, readonly DayPeriod[]> = new Map(),
): string[] {
  return workingIntervals(barber, shop, zone, from, to)
    .filter((it) => it.endMs > localDay(zone, from).startMs)
    .map((it) => [it.startMs, it.endMs].map((ms) => formatInstant(zone, ms).slice(5, 16)).join(' '));
}

function hoursOn(barber: BarberSchedule, date: string): number {
  const { startMs, endMs } = localDay(zone, date);
  return lengthWithin(workingIntervals(barber, new Map(), zone, date, date), startMs, endMs) / 3_600_000;
}

describe('a weekly schedule', () => {
  test('applies on its weekdays, and days without an entry are off', () => {
    const week = new Map([
      [2, [hours(9, 12), hours(13, 18)]],
      [7, [hours(10, 14)]],
    ]);
    expect(shown(schedule({ week }), '2026-11-23', '2026-11-29')).toEqual([
      '11-24T09:00 11-24T12:00',
      '11-24T13:00 11-24T18:00',
      '11-29T10:00 11-29T14:00',
    ]);
  });

  test('includes periods that run past midnight, also from the day before the range', () => {
    const week = new Map([[5, [hours(20, 26)]]]);
    expect(shown(schedule({ week }), '2026-11-27')).toEqual(['11-27T20:00 11-28T02:00']);
    expect(shown(schedule({ week }), '2026-11-28')).toEqual(['11-27T20:00 11-28T02:00']);
    expect(shown(schedule({ week }), '2026-11-29')).toEqual([]);
  });

  test('joins periods that meet at midnight', () => {
    const week = everyDay(hours(0, 24));
    expect(shown(schedule({ week }), '2026-11-24', '2026-11-25')).toEqual(['11-23T00:00 11-26T00:00']);
  });
});

describe('an override', () => {
  const week = everyDay(hours(9, 18));
  const closed = new Map([['2026-11-24', []]]);

  test('of the shop limits or closes the weekly hours and never extends them', () => {
    expect(shown(schedule({ week }), '2026-11-24', '2026-11-24', closed)).toEqual([]);
    const short = new Map([['2026-11-24', [hours(8, 10), hours(17, 20)]]]);
    expect(shown(schedule({ week }), '2026-11-24', '2026-11-24', short)).toEqual([
      '11-24T09:00 11-24T10:00',
      '11-24T17:00 11-24T18:00',
    ]);
  });

  test('of a barber replaces the weekly schedule and the shop override', () => {
    const overrides = new Map([['2026-11-24', [hours(6, 8)]]]);
    expect(shown(schedule({ week, overrides }), '2026-11-24', '2026-11-24', closed)).toEqual([
      '11-24T06:00 11-24T08:00',
    ]);
    const off = schedule({ week, overrides: closed });
    expect(shown(off, '2026-11-23', '2026-11-25')).toEqual([
      '11-23T09:00 11-23T18:00',
      '11-25T09:00 11-25T18:00',
    ]);
  });

  test('of the day before removes its hours past midnight', () => {
    const nights = schedule({ week: everyDay(hours(20, 26)), overrides: new Map([['2026-11-23', []]]) });
    expect(shown(nights, '2026-11-24')).toEqual(['11-24T20:00 11-25T02:00']);
  });
});

test('subtracts time off from weekly hours and from overrides', () => {
  const off = (from: string, to: string) => ({ startMs: Date.parse(from), endMs: Date.parse(to) });
  const barber = schedule({
    week: everyDay(hours(9, 18)),
    overrides: new Map([['2026-11-25', [hours(10, 12)]]]),
    timeOff: [
      off('2026-11-24T12:00:00-05:00', '2026-11-24T13:00:00-05:00'),
      off('2026-11-24T12:30:00-05:00', '2026-11-24T14:00:00-05:00'),
      off('2026-11-24T17:00:00-05:00', '2026-11-25T11:00:00-05:00'),
    ],
  });
  expect(shown(barber, '2026-11-24', '2026-11-25')).toEqual([
    '11-24T09:00 11-24T12:00',
    '11-24T14:00 11-24T17:00',
    '11-25T11:00 11-25T12:00',
  ]);
});

describe('on the day of a clock change', () => {
  test('hours outside the change follow the wall clock', () => {
    const day = schedule({ week: everyDay(hours(9, 18)) });
    for (const date of ['2026-11-01', '2027-03-14']) {
      expect(shown(day, date)).toEqual([`${date.slice(5)}T09:00 ${date.slice(5)}T18:00`]);
      expect(hoursOn(day, date)).toBe(9);
    }
  });

  test('hours that span the change are one hour longer or shorter', () => {
    const night = schedule({ week: new Map([[7, [hours(0, 6)]]]) });
    expect([
      hoursOn(night, '2026-11-01'),
      hoursOn(night, '2027-03-14'),
      hoursOn(night, '2026-11-08'),
    ]).toEqual([7, 5, 6]);
  });

  test('a period that starts in the skipped hour starts after it, and a period within the hour disappears', () => {
    const at = (from: number, to: number) =>
      schedule({ week: new Map([[7, [{ starts_minute: from, ends_minute: to }]]]) });
    expect(shown(at(150, 240), '2027-03-14')).toEqual(['03-14T03:00 03-14T04:00']);
    expect(shown(at(120, 180), '2027-03-14')).toEqual([]);
  });
});
