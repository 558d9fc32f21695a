import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { connectDatabase } from '../../apps/server/src/database/connect.ts';
import { migrate } from '../../apps/server/src/database/migrate.ts';

const template = 'bookedbarber_template';
/** Arbitrary advisory lock id: one test file creates the template while the others wait. */
const templateLock = 7_246_001;

export type TestDatabase = { url: string; drop(): Promise<void> };

/** Creates an empty database with the latest schema, copied from a template within milliseconds. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asMaintainer(async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [templateLock]);
    await ensureTemplate(client);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return {
    url: urlOf(name),
    drop: () =>
      asMaintainer(
        async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
      ),
  };
}

async function ensureTemplate(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate', [
    template,
  ]);
  if (rowCount !== 0) return;
  await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${template}`);
  const db = connectDatabase(
    {
      url: urlOf(template),
      poolSize: 2,
      acquireTimeoutMs: 120_000,
      statementTimeoutMs: 120_000,
      applicationName: 'tests',
    },
    () => {},
  );
  await migrate(db);
  await db.destroy();
  await client.query(`ALTER DATABASE ${template} IS_TEMPLATE true`);
}

async function asMaintainer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${database}`;
  return url.href;
}
