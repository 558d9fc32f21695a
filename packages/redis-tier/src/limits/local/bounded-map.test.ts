import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

test('never holds more than maxKeys, and always the most recently used half', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 200 }),
      (maxKeys, uses) => {
        const map = new BoundedMap<number>(maxKeys);
        const last: number[] = [];
        for (const use of uses) {
          const known = map.get(`${use}`);
          expect(known === undefined || known === use).toBe(true);
          if (known === undefined) map.set(`${use}`, use);
          last.splice(0, last.length, use, ...last.filter((it) => it !== use));
          expect([...map.entries()].length).toBeLessThanOrEqual(maxKeys);
        }
        for (const use of last.slice(0, Math.floor(maxKeys / 2))) expect(map.get(`${use}`)).toBe(use);
      },
    ),
  );
});

test('returns the newest value of a key that is in both generations', () => {
  const map = new BoundedMap<string>(4);
  map.set('a', 'old');
  map.set('b', 'b');
  map.set('c', 'c');
  map.set('a', 'new');
  expect(map.get('a')).toBe('new');
  expect(new Map(map.entries()).get('a')).toBe('new');
});
