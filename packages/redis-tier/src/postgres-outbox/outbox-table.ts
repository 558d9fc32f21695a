import type { Queryable } from '../postgres/index.ts';
import { channelOf, queryRows, sqlOf, type TableName } from '../postgres/internal.ts';

/** The table of an outbox and the channel of its notifications, on a connection or a pool. */
export type OutboxTable = {
  readonly db: Queryable;
  /** Quoted, for statements. */
  readonly sql: string;
  /** Not quoted. */
  readonly channel: string;
};

export function outboxTable(db: Queryable, name: TableName): OutboxTable {
  return { db, sql: sqlOf(name), channel: channelOf(name) };
}

/**
 * Notifies listeners when the transaction commits. PostgreSQL merges several calls in one transaction. A process that
 * misses the notification finds the rows in its next poll.
 */
export async function notify({ db, channel }: Pick<OutboxTable, 'db' | 'channel'>): Promise<void> {
  await queryRows(db, "SELECT pg_notify($1, '')", [channel]);
}
