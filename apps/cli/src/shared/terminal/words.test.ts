import { describe, expect, test } from 'vitest';
import { bytes, clock, counted, figure, minutes, money, percent, span, wrap } from './words.ts';

test('the noun agrees with its count', () => {
  expect([counted(1, 'row'), counted(0, 'row'), counted(1906, 'row')]).toEqual([
    '1 row',
    '0 rows',
    '1,906 rows',
  ]);
});

test('money has the decimals of its currency', () => {
  expect(
    [money(3800, 'USD'), money(3800, 'JPY'), money(3800, 'KWD')].map((text) => text.replace(/\s/g, ' ')),
  ).toEqual(['$38.00', '¥3,800', 'KWD 3.800']);
});

test('clock times and durations in minutes are formatted', () => {
  expect([clock(540), clock(1500)]).toEqual(['09:00', '25:00']);
  expect([minutes(0), minutes(50), minutes(120), minutes(140)]).toEqual([
    '0 min',
    '50 min',
    '2 h',
    '2 h 20 min',
  ]);
});

test('a share of zero is shown as a dash', () => {
  expect([percent(80, 243), percent(0, 0)]).toEqual(['32.9 %', '-']);
});

describe('wrapped text', () => {
  test('contains every word, and no line exceeds the width', () => {
    const text = 'one two three four five six seven eight nine ten';
    const lines = wrap(text, '  ', 16);
    expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(16);
  });
});

test('bytes use the units of Redis', () => {
  expect([0, 1023, 1024, 13_107_200, 3 * 1024 ** 3].map(bytes)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KB',
    '12.5 MB',
    '3.0 GB',
  ]);
});

test('a time span has at most two units', () => {
  expect([0, 60, 119, 300, 5400, 86_400, 90_000, 604_800].map(span)).toEqual([
    '0 s',
    '60 s',
    '119 s',
    '5 min',
    '1 h 30 min',
    '1 day',
    '1 day 1 h',
    '7 days',
  ]);
});

test('the decimals of a figure depend on its size', () => {
  expect([0, 0.041, 2.5, 12.34, 1204.4].map(figure)).toEqual(['0', '0.04', '2.5', '12.3', '1,204']);
});
