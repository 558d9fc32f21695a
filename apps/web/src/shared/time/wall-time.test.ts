import { expect, test } from 'vitest';
import { clockLabel, dayAndClock, isRepeatedHour, wallClock, wallDay } from './wall-time.ts';

test('reads time and day from the API value, independently of the device time zone', () => {
  expect(wallClock('2026-11-24T09:30:00+11:00')).toBe('09:30');
  expect(wallDay('2026-11-24T00:10:00-05:00')).toBe('2026-11-24');
});

test('adds the offset to a repeated hour', () => {
  expect(clockLabel('2026-11-01T01:30:00-04:00', 'America/New_York')).toBe('01:30 (UTC−4)');
  expect(clockLabel('2026-11-01T01:30:00-05:00', 'America/New_York')).toBe('01:30 (UTC−5)');
});

test('adds no offset to other times on a day with a clock change', () => {
  for (const instant of [
    '2026-11-01T00:50:00-04:00',
    '2026-11-01T02:00:00-05:00',
    '2026-11-01T14:00:00-05:00',
  ]) {
    expect(clockLabel(instant, 'America/New_York')).toBe(wallClock(instant));
  }
  expect(isRepeatedHour('2026-03-08T03:00:00-04:00', 'America/New_York')).toBe(false);
  expect(isRepeatedHour('2026-03-08T01:50:00-05:00', 'America/New_York')).toBe(false);
});

test('supports clock changes by 30 minutes and at midnight', () => {
  // Lord Howe sets its clocks back by 30 minutes at 02:00; Beirut by an hour at midnight.
  expect(isRepeatedHour('2026-04-05T01:40:00+11:00', 'Australia/Lord_Howe')).toBe(true);
  expect(isRepeatedHour('2026-04-05T01:40:00+10:30', 'Australia/Lord_Howe')).toBe(true);
  expect(isRepeatedHour('2026-04-05T01:20:00+11:00', 'Australia/Lord_Howe')).toBe(false);
  expect(isRepeatedHour('2026-10-24T23:30:00+03:00', 'Asia/Beirut')).toBe(true);
  expect(isRepeatedHour('2026-10-25T00:10:00+02:00', 'Asia/Beirut')).toBe(false);
});

test('formats day and time together', () => {
  expect(dayAndClock('2026-11-24T10:30:00-05:00', 'America/New_York')).toBe(
    'Tuesday 24 November 2026, 10:30',
  );
});
