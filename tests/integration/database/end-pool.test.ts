import { until } from '@bookedbarber/redis-tier/testing';
import { sql } from 'kysely';
import pg from 'pg';
import { expect, test } from 'vitest';
import { connectDatabase } from '../../../apps/server/src/database/connect.ts';
import { createTestDatabase } from '../../support/database.ts';

test('closing a pool ends all its sessions, even one that waits for a lock', async () => {
  const database = await createTestDatabase();
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  const waitEvents = async () => {
    const { rows } = await holder.query<{ wait_event_type: string | null }>(
      `SELECT wait_event_type FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'closed pool'`,
    );
    return rows.map((row) => row.wait_event_type);
  };
  try {
    await holder.query('SELECT pg_advisory_lock(1)');
    const db = connectDatabase(
      {
        url: database.url,
        poolSize: 2,
        acquireTimeoutMs: 10_000,
        // Longer than the test, so that the statement does not time out.
        statementTimeoutMs: 600_000,
        applicationName: 'closed pool',
      },
      () => {},
    );
    const waiting = sql`SELECT pg_advisory_lock(1)`.execute(db);
    waiting.catch(() => {});
    await until('the session waits', waitEvents, ([event]) => event === 'Lock');
    await db.destroy();
    await expect(waiting).rejects.toThrow('terminating connection');
    await until('the session ends', waitEvents, (events) => events.length === 0);
  } finally {
    await holder.end();
    await database.drop();
  }
});
