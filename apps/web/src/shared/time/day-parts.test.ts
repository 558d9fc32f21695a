import { expect, test } from 'vitest';
import { dayParts } from './day-parts.ts';
import { countdownClock, formatMinutes } from './duration.ts';

test('groups times into morning, afternoon and evening, without empty groups', () => {
  const at = (clock: string): string => `2026-11-24T${clock}:00-05:00`;
  expect(dayParts(['09:00', '11:50', '12:00', '16:50', '17:00'].map(at))).toEqual([
    { name: 'Morning', starts: [at('09:00'), at('11:50')] },
    { name: 'Afternoon', starts: [at('12:00'), at('16:50')] },
    { name: 'Evening', starts: [at('17:00')] },
  ]);
  expect(dayParts([at('18:00')]).map(({ name }) => name)).toEqual(['Evening']);
  expect(dayParts([])).toEqual([]);
});

test('formats durations', () => {
  expect([20, 60, 75, 135].map(formatMinutes)).toEqual(['20 min', '1 h', '1 h 15 min', '2 h 15 min']);
  expect([300_000, 65_001, 1, 0, -5].map(countdownClock)).toEqual(['5:00', '1:06', '0:01', '0:00', '0:00']);
});
