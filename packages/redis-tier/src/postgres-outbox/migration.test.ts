import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { postgresOutboxMigration } from './migration.ts';

test('the file in the package is the migration with the default names', () => {
  const file = new URL('../../migrations/postgres-outbox.sql', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(postgresOutboxMigration());
});

test('a name that is no plain identifier never reaches a statement', () => {
  expect(() => postgresOutboxMigration({ table: 'a"; DROP TABLE b; --' })).toThrow('table is');
  expect(() => postgresOutboxMigration({ schema: 'a b' })).toThrow('schema is');
  expect(() => postgresOutboxMigration({ name: 'a' } as never)).toThrow('"name" is unknown');
});
