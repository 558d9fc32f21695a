import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recurringJobsMigration } from './migration.ts';

test('the file in the package is the migration with the default names', () => {
  const file = new URL('../../migrations/recurring-jobs.sql', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(recurringJobsMigration());
});

test('a name that is no plain identifier never reaches a statement', () => {
  expect(() => recurringJobsMigration({ table: 'a;b' })).toThrow('table is');
});
