import { BarberInput } from '@bookedbarber/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accepts } from './check-against.ts';
import { staffCode } from './staff-code.ts';

test('a name that is a code already stays as it is', () => {
  expect(staffCode('staff-3')).toBe('staff-3');
});

test('plain words get hyphens', () => {
  expect(staffCode('Ada Moreau')).toBe('ada-moreau');
});

test('names that look alike without their marks get different codes', () => {
  const codes = ["Ada O'Neil", 'Ada O Neil', 'Ada Ø Neil', 'Жанна', '美咲'].map(staffCode);
  expect(new Set(codes).size).toBe(codes.length);
});

test('whatever the name is, the code is one that the server takes, and the same each time', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 120, unit: 'grapheme' }), (name) => {
      expect(accepts(BarberInput.properties.code, staffCode(name))).toBe(true);
      expect(staffCode(name)).toBe(staffCode(name));
    }),
  );
});
