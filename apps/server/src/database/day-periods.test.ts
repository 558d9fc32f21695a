import type { DayPeriod } from '@bookedbarber/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromMultirange, toMultirange } from './day-periods.ts';

const period = (starts_minute: number, ends_minute: number): DayPeriod => ({ starts_minute, ends_minute });

test('sorts the periods, and writes a closed day as an empty multirange', () => {
  expect(toMultirange([period(780, 1080), period(540, 720)])).toBe('{[540,720),[780,1080)}');
  expect(toMultirange([])).toBe('{}');
  expect(fromMultirange('{}')).toEqual([]);
});

test.each([
  ['ends before it starts', [period(600, 540)]],
  ['is empty', [period(600, 600)]],
  ['starts on the next day', [period(1440, 1500)]],
  ['overlaps another', [period(540, 700), period(699, 720)]],
  ['is inside another', [period(540, 1080), period(600, 660)]],
])('rejects a period that %s', (_name, periods) => {
  expect(() => toMultirange(periods)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});

test('fromMultirange reverses toMultirange', () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 1439 }), { maxLength: 12 });
  fc.assert(
    fc.property(cuts, (minutes) => {
      const sorted = minutes.sort((a, b) => a - b);
      const periods = sorted.flatMap((minute, index) => {
        const next = sorted[index + 1];
        return index % 2 === 0 && next !== undefined ? [period(minute, next)] : [];
      });
      expect(fromMultirange(toMultirange([...periods].reverse()))).toEqual(periods);
    }),
  );
});
