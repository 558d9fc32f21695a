import { expect, test } from 'vitest';
import { statementName } from './prepared.ts';

test('gives each statement text one name, and no name after the first 200 texts', () => {
  const names = Array.from({ length: 250 }, (_, number) => statementName(`SELECT ${number}`));
  expect(statementName('SELECT 7')).toBe(names[7]);
  const given = names.filter((name) => name !== undefined);
  expect(new Set(given).size).toBe(200);
  expect(given).toEqual(names.slice(0, 200));
});
