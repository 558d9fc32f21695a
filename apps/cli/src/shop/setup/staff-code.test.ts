import { BarberInput } from '@bookedbarber/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accepts } from './check-against.ts';
import { staffCode } from './staff-code.ts';

test('a name that is a valid code is unchanged', () => {
  expect(staffCode('staff-3')).toBe('staff-3');
});

test('plain words are joined with hyphens', () => {
  expect(staffCode('Ada Moreau')).toBe('ada-moreau');
});

test('names that differ only in special characters get different codes', () => {
  const codes = ["Ada O'Neil", 'Ada O Neil', 'Ada Ø Neil', 'Жанна', '美咲'].map(staffCode);
  expect(new Set(codes).size).toBe(codes.length);
});

test('every name gets a valid code, and always the same one', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 120, unit: 'grapheme' }), (name) => {
      expect(accepts(BarberInput.properties.code, staffCode(name))).toBe(true);
      expect(staffCode(name)).toBe(staffCode(name));
    }),
  );
});
