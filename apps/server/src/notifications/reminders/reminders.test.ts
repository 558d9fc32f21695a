import { describe, expect, test } from 'vitest';
import { formatInstant } from '../../time/wall-time.ts';
import { planReminders } from './reminders.ts';

/** The reminders of an appointment that is booked long before, in the shop's time zone. */
function plan(
  zone: string,
  start: string,
  { reminders = ['P1D', 'PT2H'], quiet = null as [number, number] | null, now = '2026-09-01T00:00:00Z' } = {},
) {
  const hours = { zone, quietFromMinute: quiet?.[0] ?? null, quietUntilMinute: quiet?.[1] ?? null };
  return planReminders({ ...hours, reminders }, Date.parse(start), Date.parse(now)).map(
    ({ occasion, dueMs }) => [occasion, formatInstant(zone, dueMs)],
  );
}

describe('around a clock change, P1D keeps the wall-clock time and PT2H means two elapsed hours', () => {
  test.each([
    // New York sets clocks back on 1 November 2026 at 2:00.
    [
      'America/New_York',
      '2026-11-01T09:00:00-05:00',
      '2026-10-31T09:00:00-04:00',
      '2026-11-01T07:00:00-05:00',
    ],
    [
      'America/New_York',
      '2026-11-01T03:00:00-05:00',
      '2026-10-31T03:00:00-04:00',
      '2026-11-01T01:00:00-05:00',
    ],
    [
      'America/New_York',
      '2026-11-01T02:00:00-05:00',
      '2026-10-31T02:00:00-04:00',
      '2026-11-01T01:00:00-04:00',
    ],
    [
      'America/New_York',
      '2026-11-02T01:30:00-05:00',
      '2026-11-01T01:30:00-04:00',
      '2026-11-01T23:30:00-05:00',
    ],
    [
      'America/New_York',
      '2026-11-02T09:00:00-05:00',
      '2026-11-01T09:00:00-05:00',
      '2026-11-02T07:00:00-05:00',
    ],
    // And forward on 14 March 2027 at 2:00.
    [
      'America/New_York',
      '2027-03-14T09:00:00-04:00',
      '2027-03-13T09:00:00-05:00',
      '2027-03-14T07:00:00-04:00',
    ],
    [
      'America/New_York',
      '2027-03-14T04:00:00-04:00',
      '2027-03-13T04:00:00-05:00',
      '2027-03-14T01:00:00-05:00',
    ],
    [
      'America/New_York',
      '2027-03-15T02:30:00-04:00',
      '2027-03-14T03:30:00-04:00',
      '2027-03-15T00:30:00-04:00',
    ],
    // Lord Howe shifts by half an hour: forward on 4 October 2026 at 2:00, back on 4 April 2027 at 2:00.
    [
      'Australia/Lord_Howe',
      '2026-10-04T09:00:00+11:00',
      '2026-10-03T09:00:00+10:30',
      '2026-10-04T07:00:00+11:00',
    ],
    [
      'Australia/Lord_Howe',
      '2026-10-04T03:30:00+11:00',
      '2026-10-03T03:30:00+10:30',
      '2026-10-04T01:00:00+10:30',
    ],
    [
      'Australia/Lord_Howe',
      '2027-04-04T09:00:00+10:30',
      '2027-04-03T09:00:00+11:00',
      '2027-04-04T07:00:00+10:30',
    ],
    [
      'Australia/Lord_Howe',
      '2027-04-04T03:00:00+10:30',
      '2027-04-03T03:00:00+11:00',
      '2027-04-04T01:30:00+11:00',
    ],
    // Kolkata has no daylight saving time.
    ['Asia/Kolkata', '2026-11-01T09:00:00+05:30', '2026-10-31T09:00:00+05:30', '2026-11-01T07:00:00+05:30'],
    ['Asia/Kolkata', '2027-03-14T09:00:00+05:30', '2027-03-13T09:00:00+05:30', '2027-03-14T07:00:00+05:30'],
  ])('%s, an appointment at %s', (zone, start, dayBefore, twoHoursBefore) => {
    expect(plan(zone, start)).toEqual([
      ['P1D', dayBefore],
      ['PT2H', twoHoursBefore],
    ]);
  });

  test('PT24H differs from P1D', () => {
    expect(plan('America/New_York', '2026-11-01T09:00:00-05:00', { reminders: ['PT24H'] })).toEqual([
      ['PT24H', '2026-10-31T10:00:00-04:00'],
    ]);
  });
});

describe('quiet hours', () => {
  const quiet: [number, number] = [1260, 480];
  const zone = 'America/New_York';

  test('move reminders ahead that fall into them', () => {
    expect(plan(zone, '2026-11-24T09:00:00-05:00', { quiet })).toEqual([
      ['P1D', '2026-11-23T09:00:00-05:00'],
      ['PT2H', '2026-11-23T20:50:00-05:00'],
    ]);
    expect(plan(zone, '2026-11-24T22:00:00-05:00', { quiet })).toEqual([
      ['P1D', '2026-11-23T20:50:00-05:00'],
      ['PT2H', '2026-11-24T20:00:00-05:00'],
    ]);
  });

  test('merge two reminders that move to the same time, and keep the one nearer to the appointment', () => {
    expect(plan(zone, '2026-11-24T09:30:00-05:00', { quiet, reminders: ['PT4H', 'PT2H'] })).toEqual([
      ['PT2H', '2026-11-23T20:50:00-05:00'],
    ]);
  });

  test('follow the wall clock on the night of a clock change', () => {
    expect(plan(zone, '2026-11-01T09:30:00-05:00', { quiet, reminders: ['PT2H'] })).toEqual([
      ['PT2H', '2026-10-31T20:50:00-04:00'],
    ]);
  });
});

describe('omits the reminders that a booking is too late for', () => {
  const zone = 'America/New_York';
  const start = '2026-11-24T15:00:00-05:00';
  test.each([
    ['half an hour before the first', '2026-11-23T14:30:00-05:00', ['P1D', 'PT2H']],
    ['29 minutes before the first', '2026-11-23T14:31:00-05:00', ['PT2H']],
    ['half an hour before the second', '2026-11-24T12:30:00-05:00', ['PT2H']],
    ['29 minutes before the second', '2026-11-24T12:31:00-05:00', []],
    ['after both', '2026-11-24T14:00:00-05:00', []],
  ])('booked %s', (_, now, occasions) => {
    expect(plan(zone, start, { now }).map(([occasion]) => occasion)).toEqual(occasions);
  });

  test('also when quiet hours move the reminder ahead', () => {
    const late = { quiet: [1260, 480] as [number, number], now: '2026-11-23T20:30:00-05:00' };
    expect(plan(zone, '2026-11-24T09:00:00-05:00', late)).toEqual([]);
  });
});
