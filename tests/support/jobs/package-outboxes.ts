/** The outboxes that the package contains, as the contract and the tests of jobs use them. */
import { createMemoryOutbox, type MemoryOutbox } from '@bookedbarber/redis-tier/memory-outbox';
import {
  createPostgresOutbox,
  type PostgresOutbox,
  postgresOutboxMigration,
} from '@bookedbarber/redis-tier/postgres-outbox';
import type { OutboxUnderTest } from '@bookedbarber/redis-tier/testing';
import pg from 'pg';
import { createTestDatabase } from '../database.ts';

type Payload = Record<string, unknown>;

/** The calls of the contract, over the calls of a program. */
function underTest<Client>(
  outbox: Pick<MemoryOutbox<Payload> | PostgresOutbox<Payload>, 'enqueue' | 'cancel'>,
  client: Client,
): Pick<OutboxUnderTest, 'add' | 'cancel'> {
  return {
    async add({ tenant = 1, kind = 'note', ...message }) {
      const { id } = await outbox.enqueue(client as never, {
        kind,
        payload: null,
        tenant: String(tenant),
        ...message,
      });
      return id;
    },
    async cancel(id) {
      await outbox.cancel(client as never, { id });
    },
  };
}

/** An outbox in memory without notifications, so that jobs find its messages by themselves. */
export type QuietMemoryOutbox = OutboxUnderTest & Pick<MemoryOutbox<Payload>, 'find'>;

export function openMemoryOutbox(): QuietMemoryOutbox {
  const outbox = createMemoryOutbox();
  const { listen: _notifications, ...store } = outbox;
  return {
    store,
    ...underTest(outbox, null),
    find: outbox.find,
    stateOf: async (id) => outbox.find(id)?.state ?? 'none',
  };
}

export type PackagedPostgresOutbox = OutboxUnderTest & {
  outbox: PostgresOutbox<Payload>;
  pool: pg.Pool;
  /** Deletes all messages, for the next test of a file. */
  empty(): Promise<void>;
  close(): Promise<void>;
};

/** Names with upper case, so that a statement without quotes would fail. */
export const postgresNames = { schema: 'Tests', table: 'Jobs_Outbox' };
const quoted = '"Tests"."Jobs_Outbox"';

export async function openPostgresOutbox(): Promise<PackagedPostgresOutbox> {
  const database = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 10 });
  // The test database is dropped while connections are idle.
  pool.on('error', () => {});
  await pool.query('CREATE SCHEMA "Tests"');
  await pool.query(postgresOutboxMigration(postgresNames));
  const outbox = createPostgresOutbox({ pool, ...postgresNames });
  return {
    outbox,
    pool,
    store: outbox,
    ...underTest(outbox, pool),
    async stateOf(id) {
      const { rows } = await pool.query(`SELECT state FROM ${quoted} WHERE id = $1`, [id]);
      return rows[0]?.state ?? 'none';
    },
    async empty() {
      await pool.query(`DELETE FROM ${quoted}`);
    },
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}
