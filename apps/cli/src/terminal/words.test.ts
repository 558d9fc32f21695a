import { describe, expect, test } from 'vitest';
import { clock, counted, minutes, money, percent, wrap } from './words.ts';

test('counts agree with their noun', () => {
  expect([counted(1, 'row'), counted(0, 'row'), counted(1906, 'row')]).toEqual([
    '1 row',
    '0 rows',
    '1,906 rows',
  ]);
});

test('money has the digits of its currency', () => {
  expect(
    [money(3800, 'USD'), money(3800, 'JPY'), money(3800, 'KWD')].map((text) => text.replace(/\s/g, ' ')),
  ).toEqual(['$38.00', '¥3,800', 'KWD 3.800']);
});

test('times', () => {
  expect([clock(540), clock(1500)]).toEqual(['09:00', '25:00']);
  expect([minutes(0), minutes(50), minutes(120), minutes(140)]).toEqual([
    '0 min',
    '50 min',
    '2 h',
    '2 h 20 min',
  ]);
});

test('a share of nothing is no number', () => {
  expect([percent(80, 243), percent(0, 0)]).toEqual(['32.9 %', '-']);
});

describe('wrapped text', () => {
  test('keeps every word and no line is longer than asked', () => {
    const text = 'one two three four five six seven eight nine ten';
    const lines = wrap(text, '  ', 16);
    expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(16);
  });
});
