import { sql } from 'kysely';
import type { Tx } from '../../database/transaction.ts';
import { notifyOutbox } from '../notify.ts';

/** What is written in the transaction of a booking's change. */
export type Outbox = ReturnType<typeof createOutbox>;

export type NewMessage = {
  shopId: string;
  bookingId: string;
  bookingVersion: number;
  kind: string;
  /** Which of several messages of this kind about this version; else empty. */
  occasion: string;
  /** 0: somebody waits for it; 1: it can wait behind those. */
  priority: number;
  /** When it is to be sent, in ms since the epoch. */
  dueMs: number;
  nowMs: number;
  follows: string | null;
};

/** What had been said about a booking before its messages were superseded. */
export type SupersededMessages = {
  /** Whether a message was sent or may have been: whoever got it has to hear of the change. */
  told: boolean;
  /** A message that is being sent at this moment, for the next one to wait for. */
  follows: string | null;
};

export function createOutbox() {
  return {
    /**
     * Takes back all messages about a booking that nobody has claimed yet. The row lock decides: a claim that waits for
     * it finds the message cancelled, and one that came first is told by `follows`. Rows are locked in the order of their
     * ids, as everywhere in the outbox, so that nobody waits in a circle.
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
      const said = await tx
        .selectFrom('outboxMessage')
        .select(['id', 'state', 'unknownOutcomes', 'claimedUntil'])
        .where('bookingId', '=', bookingId)
        .where((eb) => eb.or([eb('state', 'in', ['sending', 'sent']), eb('unknownOutcomes', '>', 0)]))
        .orderBy('claimedUntil', 'desc')
        .execute();
      return {
        told: said.length > 0,
        follows: said.find((message) => message.state === 'sending')?.id ?? null,
      };
    },

    /** Writes messages and wakes those who send, when the transaction commits. One that is there already stays as it is. */
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
