import { sql } from 'kysely';
import type { Executor } from '../database/connect.ts';

/** NOTIFY channels. */
export const outboxChannels = {
  messages: 'bookedbarber_outbox_messages',
  invalidations: 'bookedbarber_outbox_invalidations',
} as const;

/**
 * Notifies listeners when the transaction commits. PostgreSQL merges several calls in one transaction. A process that
 * misses the notification finds the rows in its next poll.
 */
export async function notifyOutbox(executor: Executor, channel: keyof typeof outboxChannels): Promise<void> {
  await sql`SELECT pg_notify(${outboxChannels[channel]}, '')`.execute(executor);
}
