import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clip } from './clip.ts';

test('a line that fits is unchanged, and a longer one ends with an ellipsis', () => {
  expect(clip('12345', 5)).toBe('12345');
  expect(clip('123456', 5)).toBe('1234…');
});

test('colors have no width, and a clipped line resets them', () => {
  expect(clip('\u001b[31mred\u001b[39m', 3)).toBe('\u001b[31mred\u001b[39m');
  expect(clip('\u001b[31mreddish\u001b[39m', 4)).toBe('\u001b[31mred…\u001b[0m');
});

test('a clipped line is never wider than the limit', () => {
  const part = fc.oneof(
    fc.string(),
    fc.constant('\u001b[1m'),
    fc.constant('\u001b[22m'),
    fc.constant('é█😀'),
  );
  fc.assert(
    fc.property(fc.array(part), fc.integer({ min: 1, max: 40 }), (parts, columns) => {
      const clipped = stripVTControlCharacters(clip(parts.join(''), columns));
      expect([...clipped].length).toBeLessThanOrEqual(columns);
    }),
  );
});
