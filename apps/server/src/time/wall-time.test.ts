import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import {
  formatInDay,
  formatInstant,
  gridInstants,
  isOnGrid,
  localDate,
  localDay,
  localDayAt,
  minuteMs,
  minuteOfDay,
  wallInstant,
} from './wall-time.ts';

const hourMs = 60 * minuteMs;
const at = (text: string): number => Date.parse(text);
const hoursOf = (zone: string, date: string): number => {
  const day = localDay(zone, date);
  return (day.endMs - day.startMs) / hourMs;
};

describe('a day', () => {
  test.each([
    ['America/New_York', '2026-11-01', 25],
    ['America/New_York', '2027-03-14', 23],
    ['America/New_York', '2026-12-31', 24],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Australia/Lord_Howe', '2027-04-04', 24.5],
    ['Asia/Beirut', '2026-03-29', 23],
    ['Asia/Kolkata', '2026-11-01', 24],
    ['Pacific/Apia', '2011-12-30', 0],
    ['Pacific/Apia', '2011-12-29', 24],
    ['Pacific/Apia', '2011-12-31', 24],
    ['UTC', '2028-02-29', 24],
  ])('in %s, %s, is %d hours long', (zone, date, hours) => {
    expect(hoursOf(zone, date)).toBe(hours);
  });

  test('starts at 01:00 when the clock moves forward at midnight', () => {
    const day = localDay('Asia/Beirut', '2026-03-29');
    expect(formatInDay(day, day.startMs)).toBe('2026-03-29T01:00:00+03:00');
    expect(localDay('Asia/Beirut', '2026-03-28').endMs).toBe(day.startMs);
  });

  test('skipped by a zone has no grid and contains no instant', () => {
    const skipped = localDay('Pacific/Apia', '2011-12-30');
    expect(gridInstants(skipped, 10)).toEqual([]);
    expect(localDate('Pacific/Apia', skipped.startMs - 1)).toBe('2011-12-29');
    expect(localDate('Pacific/Apia', skipped.startMs)).toBe('2011-12-31');
  });

  test('ends when the next day starts, also at the end of the year', () => {
    for (const zone of ['Asia/Kathmandu', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Europe/London']) {
      expect(localDay(zone, '2026-12-31').endMs).toBe(localDay(zone, '2027-01-01').startMs);
    }
  });
});

describe('wallInstant', () => {
  test.each([
    ['America/New_York', '2026-11-01', 900, '2026-11-01T15:00:00-05:00'],
    ['America/New_York', '2027-03-14', 900, '2027-03-14T15:00:00-04:00'],
    ['Australia/Lord_Howe', '2026-10-04', 900, '2026-10-04T15:00:00+11:00'],
    ['Asia/Kolkata', '2026-11-01', 0, '2026-11-01T00:00:00+05:30'],
    ['Asia/Kathmandu', '2026-11-01', 600, '2026-11-01T10:00:00+05:45'],
    ['Asia/Beirut', '2026-03-29', 540, '2026-03-29T09:00:00+03:00'],
    ['America/New_York', '2026-12-31', 1560, '2027-01-01T02:00:00-05:00'],
  ])('converts %s %s, minute %i to %s', (zone, date, minute, instant) => {
    expect(wallInstant(zone, date, minute, 'opens')).toBe(at(instant));
    expect(wallInstant(zone, date, minute, 'closes')).toBe(at(instant));
    expect(formatInstant(zone, at(instant))).toBe(instant);
  });

  test('converts a skipped minute to the instant of the change', () => {
    for (const edge of ['opens', 'closes'] as const) {
      expect(wallInstant('America/New_York', '2027-03-14', 150, edge)).toBe(at('2027-03-14T03:00:00-04:00'));
      expect(wallInstant('Asia/Beirut', '2026-03-29', 0, edge)).toBe(at('2026-03-29T01:00:00+03:00'));
      expect(wallInstant('Australia/Lord_Howe', '2026-10-04', 135, edge)).toBe(
        at('2026-10-04T02:30:00+11:00'),
      );
    }
  });

  test('uses the first instant of a repeated minute to open a period and the second to close it', () => {
    const minuteOf = (edge: 'opens' | 'closes') => wallInstant('America/New_York', '2026-11-01', 90, edge);
    expect(minuteOf('opens')).toBe(at('2026-11-01T01:30:00-04:00'));
    expect(minuteOf('closes')).toBe(at('2026-11-01T01:30:00-05:00'));
  });

  test('treats minutes from 1440 on as the next day, also across a clock change', () => {
    expect(wallInstant('America/New_York', '2026-10-31', 1440 + 180, 'closes')).toBe(
      at('2026-11-01T03:00:00-05:00'),
    );
  });
});

/** Zones with every kind of clock change, and any other zone. */
const zones = fc.oneof(
  fc.constantFrom(
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Beirut',
    'Asia/Kolkata',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'Africa/Casablanca',
    'America/St_Johns',
    'Africa/Cairo',
    'Asia/Tehran',
    'America/Caracas',
  ),
  fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
);
/** Starts after 2011: until then Newfoundland changed its clocks at 00:01, which split a calendar day in two. */
const anyInstantMs = fc.integer({ min: at('2012-01-01T00:00:00Z'), max: at('2039-12-01T00:00:00Z') });

/** A date in the zone. About half of them are days of a clock change. */
const zoneAndDate = fc.tuple(zones, anyInstantMs, fc.boolean()).map(([zone, ms, onChange]) => {
  const any = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  const change = onChange ? any.getTimeZoneTransition('next') : null;
  return { zone, date: (change ?? any).toPlainDate().toString() };
});

describe('in any zone', () => {
  test('the grid equals a scan of all minutes', () => {
    const step = fc.constantFrom(5, 7, 10, 15, 20, 25, 30, 45, 60);
    fc.assert(
      fc.property(zoneAndDate, step, ({ zone, date }, stepMinutes) => {
        const scanned: number[] = [];
        const noonMs = at(`${date}T12:00:00Z`);
        for (let ms = noonMs - 30 * hourMs; ms < noonMs + 30 * hourMs; ms += minuteMs) {
          const shown = wallClock(zone, ms);
          if (shown.startsWith(date) && minutesOf(shown) % stepMinutes === 0) scanned.push(ms);
        }
        const day = localDay(zone, date);
        const grid = gridInstants(day, stepMinutes);
        expect(grid).toEqual(scanned);
        expect(grid.every((ms) => isOnGrid(zone, ms, stepMinutes))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('a formatted instant parses to the same instant and shows the local time', () => {
    fc.assert(
      fc.property(zones, anyInstantMs, (zone, anyMs) => {
        const ms = anyMs - (anyMs % 1000);
        const formatted = formatInstant(zone, ms);
        expect(Date.parse(formatted)).toBe(ms);
        expect(formatted.slice(0, 16)).toBe(wallClock(zone, ms));
        expect(minuteOfDay(zone, ms)).toBe(minutesOf(formatted));
        const day = localDayAt(zone, ms);
        expect(formatInDay(day, ms)).toBe(formatted);
        const wholeMinuteMs = ms - (ms % minuteMs);
        expect(formatInDay(localDayAt(zone, wholeMinuteMs), wholeMinuteMs)).toBe(
          formatInstant(zone, wholeMinuteMs),
        );
        expect(ms >= day.startMs && ms < day.endMs).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('formatInDay and formatInstant agree around a change at midnight and a skipped day', () => {
    for (const [zone, from] of [
      ['America/Havana', '2026-10-31T00:00:00-04:00'],
      ['Pacific/Apia', '2011-12-29T00:00:00-10:00'],
    ] as const) {
      for (let ms = at(from); ms < at(from) + 80 * hourMs; ms += 5 * minuteMs)
        expect(formatInDay(localDayAt(zone, ms), ms)).toBe(formatInstant(zone, ms));
    }
  });

  test('wallInstant returns an instant at which the clock shows the minute, or the end of the gap', () => {
    fc.assert(
      fc.property(zoneAndDate, fc.integer({ min: 0, max: 2160 }), ({ zone, date }, minute) => {
        const opens = wallInstant(zone, date, minute, 'opens');
        const closes = wallInstant(zone, date, minute, 'closes');
        const plain = Temporal.PlainDateTime.from(date).add({ minutes: minute });
        const expected = plain.toString({ smallestUnit: 'minute' });
        expect(closes).toBeGreaterThanOrEqual(opens);
        const shown = wallClock(zone, opens);
        // Either the clock shows the minute, or the minute was skipped and the clock shows the first minute after the
        // gap.
        if (shown !== expected) expect(shown > expected && wallClock(zone, opens - 1) < expected).toBe(true);
        else expect(wallClock(zone, closes)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The local time as YYYY-MM-DDTHH:MM, from Intl instead of the library under test. */
function wallClock(zone: string, ms: number): string {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'short',
      hourCycle: 'h23',
    });
    formatters.set(zone, formatter);
  }
  return formatter.format(ms).replace(' ', 'T');
}

function minutesOf(shown: string): number {
  return Number(shown.slice(11, 13)) * 60 + Number(shown.slice(14, 16));
}
