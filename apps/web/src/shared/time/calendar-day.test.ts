import { expect, test } from 'vitest';
import { addDays, dayLong, daysBetween, dayWithYear, isCalendarDay, monthsOf } from './calendar-day.ts';

test('adds and counts days across months, years and leap days', () => {
  expect(addDays('2026-11-30', 1)).toBe('2026-12-01');
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  expect(daysBetween('2026-10-30', '2026-11-02')).toBe(3);
  expect(daysBetween('2026-11-02', '2026-10-30')).toBe(-3);
});

test('accepts only valid calendar days', () => {
  expect(isCalendarDay('2026-11-24')).toBe(true);
  expect(isCalendarDay('2026-02-30')).toBe(false);
  expect(isCalendarDay('2026-13-01')).toBe(false);
  expect(isCalendarDay('24.11.2026')).toBe(false);
  expect(isCalendarDay('')).toBe(false);
});

test('formats days and month ranges independently of the time zone', () => {
  expect(dayLong('2026-11-24')).toBe('Tuesday 24 November');
  expect(dayWithYear('2026-11-24')).toBe('Tuesday 24 November 2026');
  expect(monthsOf('2026-11-22', '2026-11-28')).toBe('November 2026');
  expect(monthsOf('2026-11-29', '2026-12-05')).toBe('November – December 2026');
  expect(monthsOf('2026-12-27', '2027-01-02')).toBe('December 2026 – January 2027');
});
