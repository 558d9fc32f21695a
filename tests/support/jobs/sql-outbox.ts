import { connectDatabase, type Db } from '../../../apps/server/src/database/connect.ts';
import { type Tx, transaction } from '../../../apps/server/src/database/transaction.ts';
import { createMessageStore } from '../../../apps/server/src/outbox/messages/message-store.ts';
import { createOutbox, type SupersededMessages } from '../../../apps/server/src/outbox/messages/messages.ts';
import type { OutboxUnderTest } from '../../../packages/redis-tier/src/testing/index.ts';
import { createTestDatabase } from '../database.ts';

export type SqlOutbox = OutboxUnderTest & {
  close(): Promise<void>;
  /** Deletes all messages, for the next test of a file. */
  empty(): Promise<void>;
  db: Db;
  /** Cancels a message in a transaction. */
  cancelIn(tx: Tx, id: string): Promise<SupersededMessages>;
};

/** A PostgreSQL outbox with the minimal shops and bookings that its rows need. */
export async function openSqlOutbox(): Promise<SqlOutbox> {
  const database = await createTestDatabase();
  const db = connectDatabase(
    {
      url: database.url,
      poolSize: 10,
      acquireTimeoutMs: 10_000,
      statementTimeoutMs: 15_000,
      applicationName: 'tests',
    },
    () => {},
  );
  const outbox = createOutbox();
  const shops = new Map<number, Promise<string>>();
  const bookings = new Map<string, string>();

  function shopOf(tenant: number): Promise<string> {
    const known = shops.get(tenant) ?? makeShop(tenant);
    shops.set(tenant, known);
    return known;
  }

  async function makeShop(tenant: number): Promise<string> {
    const slug = `tenant-${tenant}`;
    const { id: organisationId } = await db
      .insertInto('organisation')
      .values({ slug, name: slug })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { id } = await db
      .insertInto('shop')
      .values({ organisationId, slug, name: slug, zone: 'UTC', currency: 'USD', country: 'US' })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  return {
    db,
    store: createMessageStore(db),
    async add({ dueMs, kind = 'confirmation', tenant = 1, priority = 0, follows }) {
      const shopId = await shopOf(tenant);
      const now = new Date(dueMs);
      const { id: bookingId } = await db
        .insertInto('booking')
        .values({
          shopId,
          status: 'held',
          source: 'guest',
          startsAt: now,
          endsAt: new Date(dueMs + 60_000),
          heldUntil: now,
          createdAt: now,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await transaction(db, (tx) =>
        outbox.enqueue(tx, [
          {
            shopId,
            bookingId,
            bookingVersion: 1,
            kind,
            occasion: '',
            priority,
            dueMs,
            nowMs: dueMs,
            follows: follows ?? null,
          },
        ]),
      );
      const { id } = await db
        .selectFrom('outboxMessage')
        .select('id')
        .where('bookingId', '=', bookingId)
        .executeTakeFirstOrThrow();
      bookings.set(id, bookingId);
      return id;
    },
    cancelIn: (tx, id) => outbox.supersede(tx, bookings.get(id) ?? '', Date.now()),
    async cancel(id) {
      await transaction(db, (tx) => outbox.supersede(tx, bookings.get(id) ?? '', Date.now()));
    },
    async stateOf(id) {
      const { state } = await db
        .selectFrom('outboxMessage')
        .select('state')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return state;
    },
    async empty() {
      await db.deleteFrom('outboxMessage').execute();
    },
    async close() {
      await db.destroy();
      await database.drop();
    },
  };
}
