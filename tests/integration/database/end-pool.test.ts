import { until } from '@bookedbarber/redis-tier/testing';
import { sql } from 'kysely';
import pg from 'pg';
import { expect, test } from 'vitest';
import { connectDatabase } from '../../../apps/server/src/database/connect.ts';
import { createTestDatabase } from '../../support/database.ts';

test('a pool ends although one of its sessions waits for a lock, and leaves no session', async () => {
  const database = await createTestDatabase();
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  const sessions = async () => {
    const { rows } = await holder.query<{ wait_event_type: string | null }>(
      `SELECT wait_event_type FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'ended pool'`,
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
        // Longer than the test: the statement does not end by itself.
        statementTimeoutMs: 600_000,
        applicationName: 'ended pool',
      },
      () => {},
    );
    const waiting = sql`SELECT pg_advisory_lock(1)`.execute(db);
    waiting.catch(() => {});
    await until('it waits', sessions, ([event]) => event === 'Lock');
    await db.destroy();
    await expect(waiting).rejects.toThrow('terminating connection');
    await until('its session ends', sessions, (left) => left.length === 0);
  } finally {
    await holder.end();
    await database.drop();
  }
});
