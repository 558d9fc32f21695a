import { expect, test } from 'vitest';
import { clockDifference, formatZone, offsetMinutes, offsetName, wallTimeIn } from './zone.ts';

const winter = Date.parse('2026-11-24T12:00:00Z');
const summer = Date.parse('2026-07-01T12:00:00Z');

test('calculates offsets from UTC, including half hours and times before 1970', () => {
  expect(offsetMinutes('America/New_York', winter)).toBe(-300);
  expect(offsetMinutes('America/New_York', summer)).toBe(-240);
  expect(offsetMinutes('Asia/Kolkata', winter)).toBe(330);
  expect(offsetMinutes('Europe/Berlin', Date.parse('1965-01-01T00:00:30Z'))).toBe(60);
});

test('formats offsets', () => {
  expect([0, -240, 330, -570].map(offsetName)).toEqual(['UTC', 'UTC−4', 'UTC+5:30', 'UTC−9:30']);
});

test('formats midnight as 00:00 of the new day', () => {
  expect(wallTimeIn('America/New_York', Date.parse('2026-11-24T05:00:00Z'))).toBe('2026-11-24T00:00');
});

test('formats time zones', () => {
  expect(formatZone('America/New_York')).toBe('New York time (Eastern Time)');
  expect(formatZone('Asia/Kolkata')).toContain('Kolkata time');
  expect(formatZone('UTC')).toBe('UTC');
});

test('formats the difference between two zones at an instant, or returns null if there is none', () => {
  expect(clockDifference('Europe/Berlin', 'America/New_York', winter)).toBe('6 hours ahead');
  expect(clockDifference('America/New_York', 'Europe/Berlin', winter)).toBe('6 hours behind');
  expect(clockDifference('Asia/Kolkata', 'Europe/London', winter)).toBe('5 hours 30 minutes ahead');
  expect(clockDifference('Europe/Paris', 'Europe/Berlin', winter)).toBeNull();
  // In this week, Berlin has set its clocks back and New York has not.
  expect(clockDifference('Europe/Berlin', 'America/New_York', Date.parse('2026-10-28T12:00:00Z'))).toBe(
    '5 hours ahead',
  );
});
