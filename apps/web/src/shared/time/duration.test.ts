import { expect, test } from 'vitest';
import { countdownClock, formatMinutes } from './duration.ts';

test.each([
  [0, '0 min'],
  [45, '45 min'],
  [59, '59 min'],
  [60, '1 h'],
  [75, '1 h 15 min'],
  [120, '2 h'],
  [150, '2 h 30 min'],
])('%i minutes are shown as "%s"', (minutes, expected) => {
  expect(formatMinutes(minutes)).toBe(expected);
});

test.each([
  [245_000, '4:05'],
  [244_001, '4:05'],
  [600_000, '10:00'],
  [59_000, '0:59'],
  [60_000, '1:00'],
  [1, '0:01'],
  [0, '0:00'],
  [-5000, '0:00'],
])('%i ms are left as "%s"', (leftMs, expected) => {
  expect(countdownClock(leftMs)).toBe(expected);
});
