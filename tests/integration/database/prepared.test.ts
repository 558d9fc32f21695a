import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connectDatabase } from '../../../apps/server/src/database/connect.ts';
import { prepared } from '../../../apps/server/src/database/prepared.ts';
import { createTestDatabase } from '../../support/database.ts';

test('a statement with the prepared marker is prepared once per connection and returns the same results', async () => {
  const database = await createTestDatabase();
  const db = connectDatabase(
    {
      url: database.url,
      poolSize: 1,
      acquireTimeoutMs: 60_000,
      statementTimeoutMs: 60_000,
      applicationName: 'prepared',
    },
    () => {},
  );
  const twice = async (number: number) =>
    (await sql<{ twice: number }>`${prepared} SELECT 2 * ${number}::integer AS twice`.execute(db)).rows[0]
      ?.twice;
  expect([await twice(1), await twice(2), await twice(21)]).toEqual([2, 4, 42]);
  await sql`SELECT 1`.execute(db);
  const { rows } = await sql<{ statement: string; uses: string }>`
    SELECT statement, generic_plans + custom_plans AS uses FROM pg_prepared_statements`.execute(db);
  expect(rows).toEqual([{ statement: '/* prepared */ SELECT 2 * $1::integer AS twice', uses: '3' }]);
  await db.destroy();
  await database.drop();
});
