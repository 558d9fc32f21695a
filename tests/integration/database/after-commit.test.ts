import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDatabase, type Db } from '../../../apps/server/src/database/connect.ts';
import { afterCommit, type Tx, transaction } from '../../../apps/server/src/database/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  const options = {
    poolSize: 2,
    acquireTimeoutMs: 60_000,
    statementTimeoutMs: 60_000,
    applicationName: 'tests',
  };
  db = connectDatabase({ ...options, url: database.url }, () => {});
  await sql`CREATE TABLE note (text text)`.execute(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const write = (tx: Tx, text: string) => sql`INSERT INTO note VALUES (${text})`.execute(tx);
/** The committed rows, as seen from a separate connection. */
const notes = async (): Promise<string[]> => {
  const { rows } = await sql<{ text: string }>`SELECT text FROM note`.execute(db);
  return rows.map(({ text }) => text);
};

test('effects run after the commit, and never after a rollback', async () => {
  const seen: string[][] = [];
  await transaction(db, async (tx) => {
    await write(tx, 'committed');
    afterCommit(tx, async () => void seen.push(await notes()));
  });
  await transaction(db, async (tx) => {
    await write(tx, 'rolled back');
    afterCommit(tx, async () => void seen.push(await notes()));
    throw new Error('no');
  }).catch(() => {});
  expect(seen).toEqual([['committed']]);
});

test('effects run after a commit with an unknown outcome', async () => {
  // The server terminates the connection during the commit.
  await sql`CREATE FUNCTION lose_connection() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$`.execute(db);
  await sql`CREATE CONSTRAINT TRIGGER lost AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION lose_connection()`.execute(db);
  let effects = 0;
  const lost = transaction(db, async (tx) => {
    await write(tx, 'unknown');
    afterCommit(tx, async () => {
      effects += 1;
    });
  });
  await expect(lost).rejects.toThrow();
  expect(effects).toBe(1);
});
