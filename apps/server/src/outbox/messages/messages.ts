import { sql } from 'kysely';
import type { Tx } from '../../database/transaction.ts';
import { notifyOutbox } from '../notify.ts';

/** Writes messages in the transaction of a booking's change. */
export type Outbox = ReturnType<typeof createOutbox>;

export type NewMessage = {
  shopId: string;
  bookingId: string;
  bookingVersion: number;
  kind: string;
  /** Distinguishes several messages of this kind about this version; otherwise empty. */
  occasion: string;
  /** 0: urgent, a client waits for it; 1: low priority. */
  priority: number;
  /** When to send it, in ms since the epoch. */
  dueMs: number;
  nowMs: number;
  follows: string | null;
};

/** What clients may know about a booking when its messages are superseded. */
export type SupersededMessages = {
  /** Whether a message was or may have been sent, so that the client must be notified of the change. */
  notified: boolean;
  /** A message that is being sent; the next message waits for it. */
  follows: string | null;
};

export function createOutbox() {
  return {
    /**
     * Cancels all unclaimed messages about a booking. The row lock decides: a claim that waits for it finds the message
     * cancelled, and `follows` names a message that was claimed first. Rows are locked in the order of their ids, as
     * everywhere in the outbox, to prevent deadlocks.
     */
    async supersede(tx: Tx, bookingId: string, nowMs: number): Promise<SupersededMessages> {
      const now = new Date(nowMs);
      await sql`WITH mine AS (
          SELECT id FROM outbox_message WHERE booking_id = ${bookingId} AND superseded_at IS NULL
          ORDER BY id FOR UPDATE)
        UPDATE outbox_message SET
          superseded_at = ${now},
          finished_at = CASE WHEN state IN ('pending', 'enqueued', 'unknown') THEN ${now} ELSE finished_at END,
          state = CASE WHEN state IN ('pending', 'enqueued', 'unknown') THEN 'cancelled' ELSE state END
        FROM mine WHERE outbox_message.id = mine.id`.execute(tx);
      const sent = await tx
        .selectFrom('outboxMessage')
        .select(['id', 'state', 'unknownOutcomes', 'claimedUntil'])
        .where('bookingId', '=', bookingId)
        .where((eb) => eb.or([eb('state', 'in', ['sending', 'sent']), eb('unknownOutcomes', '>', 0)]))
        .orderBy('claimedUntil', 'desc')
        .execute();
      return {
        notified: sent.length > 0,
        follows: sent.find((message) => message.state === 'sending')?.id ?? null,
      };
    },

    /** Writes messages and notifies workers when the transaction commits. Existing messages stay unchanged. */
    async enqueue(tx: Tx, messages: readonly NewMessage[]): Promise<void> {
      if (messages.length === 0) return;
      await tx
        .insertInto('outboxMessage')
        .values(
          messages.map(({ nowMs, dueMs, ...message }) => ({
            ...message,
            dueAt: new Date(dueMs),
            createdAt: new Date(nowMs),
          })),
        )
        .onConflict((conflict) =>
          conflict.columns(['bookingId', 'kind', 'bookingVersion', 'occasion']).doNothing(),
        )
        .execute();
      await notifyOutbox(tx, 'messages');
    },
  };
}
