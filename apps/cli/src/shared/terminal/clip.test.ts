import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clip } from './clip.ts';

test('what fits stays as it is, what does not ends with an ellipsis', () => {
  expect(clip('12345', 5)).toBe('12345');
  expect(clip('123456', 5)).toBe('1234…');
});

test('colors take no room, and a cut leaves none open', () => {
  expect(clip('\u001b[31mred\u001b[39m', 3)).toBe('\u001b[31mred\u001b[39m');
  expect(clip('\u001b[31mreddish\u001b[39m', 4)).toBe('\u001b[31mred…\u001b[0m');
});

test('no line is ever longer than asked', () => {
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
