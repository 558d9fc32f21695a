import { describe, expect, test } from 'vitest';
import { formatSchedule, parseHours } from './opening-hours.ts';

describe('parseHours', () => {
  test('reads a weekly schedule with breaks and day ranges', () => {
    expect(parseHours({ 'tue-wed, sat': '13:00-18:00, 9:00-12:30' })).toEqual(
      [2, 3, 6].map((weekday) => ({
        weekday,
        periods: [
          { starts_minute: 540, ends_minute: 750 },
          { starts_minute: 780, ends_minute: 1080 },
        ],
      })),
    );
  });

  test('accepts hours after midnight as 24:00 and later', () => {
    expect(parseHours({ Fri: '20:00-26:00' })[0]?.periods).toEqual([
      { starts_minute: 1200, ends_minute: 1560 },
    ]);
  });

  test('accepts closed days', () => {
    expect(parseHours({ mon: 'closed', tue: '' }).map((day) => day.periods)).toEqual([[], []]);
  });

  test.each([
    [{ mo: '09:00-18:00' }, 'does not name days'],
    [{ 'fri-mon': '09:00-18:00' }, 'runs backwards'],
    [{ mon: '9-18' }, 'write 09:00-18:00'],
    [{ mon: '20:00-02:00' }, 'write hours after midnight as 24:00'],
    [{ mon: '09:00-13:00, 12:00-18:00' }, 'overlap'],
    [{ mon: '09:75-18:00' }, 'invalid time of day'],
    [{ mon: '25:00-26:00' }, 'starts on the next day'],
    [{ 'mon-tue': '09:00-18:00', tue: '09:00-12:00' }, 'already has hours'],
  ])('rejects %j with the correct format', (hours, reason) => {
    expect(() => parseHours(hours as Record<string, string>)).toThrow(reason);
  });
});

describe('formatSchedule', () => {
  test('combines days with the same hours', () => {
    const hours = { 'tue-thu,sat': '09:00-18:00', fri: '09:00-12:00, 13:00-20:00', sun: 'closed' };
    expect(formatSchedule(parseHours(hours))).toBe('Tue-Thu, Sat 09:00-18:00; Fri 09:00-12:00, 13:00-20:00');
  });

  test('returns an empty text for a schedule without hours', () => {
    expect(formatSchedule([])).toBe('');
  });
});
