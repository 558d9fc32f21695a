import { Name } from '@bookedbarber/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accepts } from '../../shop/setup/check-against.ts';
import { sanitizeName } from './sanitize-name.ts';

test('a valid name is unchanged', () => {
  expect(sanitizeName("Men's hair cut & wash, 5+1")).toBe("Men's hair cut & wash, 5+1");
});

test('characters that are not allowed are removed', () => {
  expect(sanitizeName('Children (under 12)')).toBe('Children under 12');
  expect(sanitizeName('  *Cut*  ')).toBe('Cut');
});

test('a name without letters and digits has no sanitized form', () => {
  expect(sanitizeName('(!)')).toBeUndefined();
});

test('every sanitized name is valid, and sanitizing it again does not change it', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: 'binary' }), (name) => {
      const sanitized = sanitizeName(name);
      if (sanitized === undefined) return;
      expect(accepts(Name, sanitized)).toBe(true);
      expect(sanitizeName(sanitized)).toBe(sanitized);
    }),
  );
});
