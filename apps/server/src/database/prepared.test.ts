import { expect, test } from 'vitest';
import { nameOf } from './prepared.ts';

test('a text has one name, and beyond a number of texts there are none', () => {
  const names = Array.from({ length: 250 }, (_, number) => nameOf(`SELECT ${number}`));
  expect(nameOf('SELECT 7')).toBe(names[7]);
  const given = names.filter((name) => name !== undefined);
  expect(new Set(given).size).toBe(200);
  expect(given).toEqual(names.slice(0, 200));
});
