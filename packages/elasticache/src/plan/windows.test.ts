import { expect, test } from 'vitest';
import { dailyWindow, overlap, weeklyWindow } from './windows.ts';

test.each([
  ['03:00-05:00', 180, 120],
  ['23:30-01:00', 1410, 90],
])('%s starts at minute %i and lasts %i minutes', (text, startMinute, minutes) =>
  expect(dailyWindow(text)).toEqual({ startMinute, minutes }),
);

test.each(['', '3:00-5:00', '24:00-25:00', '03:00'])('%j is not a daily window', (text) =>
  expect(dailyWindow(text)).toBeUndefined(),
);

test('a weekly window can extend past the end of the week', () => {
  expect(weeklyWindow('sun:23:00-mon:01:00')).toEqual({ start: 6 * 1440 + 1380, end: 7 * 1440 + 60 });
  expect(weeklyWindow('sunday:05:00-sunday:07:00')).toBeUndefined();
});

test.each([
  ['03:00-05:00', 'sun:05:00-sun:07:00', false],
  ['05:00-07:00', 'sun:03:00-sun:05:00', false],
  ['04:30-05:30', 'sun:05:00-sun:07:00', true],
  ['05:30-06:30', 'sun:05:00-sun:07:00', true],
  ['00:00-01:00', 'sun:23:00-mon:00:30', true],
  ['23:00-00:30', 'mon:00:00-mon:02:00', true],
  ['12:00-13:00', 'tue:11:00-thu:11:00', true],
])('%s every day and %s: overlap is %s', (daily, weekly, expected) => {
  const [one, other] = [dailyWindow(daily), weeklyWindow(weekly)];
  expect(one !== undefined && other !== undefined && overlap(one, other)).toBe(expected);
});
