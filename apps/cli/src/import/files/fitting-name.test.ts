import { Name } from '@bookedbarber/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accepts } from '../../shop/setup/check-against.ts';
import { sanitizeName } from './fitting-name.ts';

test('a name that fits stays as it is', () => {
  expect(sanitizeName("Men's hair cut & wash, 5+1")).toBe("Men's hair cut & wash, 5+1");
});

test('what has no place in a name goes, and the rest stays', () => {
  expect(sanitizeName('Children (under 12)')).toBe('Children under 12');
  expect(sanitizeName('  *Cut*  ')).toBe('Cut');
});

test('nothing is left of a name without letters and digits', () => {
  expect(sanitizeName('(!)')).toBeUndefined();
});

test('whatever the name is, the platform takes what comes out, and it stays the same when fitted again', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: 'binary' }), (name) => {
      const sanitized = sanitizeName(name);
      if (sanitized === undefined) return;
      expect(accepts(Name, sanitized)).toBe(true);
      expect(sanitizeName(sanitized)).toBe(sanitized);
    }),
  );
});
