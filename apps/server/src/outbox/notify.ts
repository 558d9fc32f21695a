import { sql } from 'kysely';
import type { Executor } from '../database/connect.ts';

/** Who waits for what. */
export const outboxChannels = {
  messages: 'bookedbarber_outbox_messages',
  invalidations: 'bookedbarber_outbox_invalidations',
} as const;

/**
 * Wakes whoever listens, when the transaction commits and not before. PostgreSQL folds several calls in one transaction
 * into one. Who does not hear it finds the rows at the next look.
 */
export async function notifyOutbox(executor: Executor, channel: keyof typeof outboxChannels): Promise<void> {
  await sql`SELECT pg_notify(${outboxChannels[channel]}, '')`.execute(executor);
}
