import { sql } from 'kysely';
import type { Tx } from '../database/transaction.ts';
import { notifyOutbox } from './notify.ts';

/** What is written in the transaction of a booking's change. */
export type Outbox = ReturnType<typeof createOutbox>;

export type NewMessage = {
  shopId: string;
  bookingId: string;
  bookingVersion: number;
  kind: string;
  /** When it is to be sent, in ms since the epoch. */
  dueMs: number;
  nowMs: number;
  follows: string | null;
};

/** What had been said about a booking before its messages were superseded. */
export type SaidBefore = {
  /** Whether a message was sent or may have been: whoever got it has to hear of the change. */
  told: boolean;
  /** A message that is being sent at this moment, for the next one to wait for. */
  follows: string | null;
};

export function createOutbox() {
  return {
    /**
     * Takes back all messages about a booking that nobody has claimed yet. The row lock decides: a claim that waits for
     * it finds the message cancelled, and one that came first is told by `follows`.
     */
    async supersede(tx: Tx, bookingId: string, nowMs: number): Promise<SaidBefore> {
      const now = new Date(nowMs);
      await sql`UPDATE outbox_message SET
          superseded_at = ${now},
          settled_at = CASE WHEN state IN ('pending', 'handed', 'unknown') THEN ${now} ELSE settled_at END,
          state = CASE WHEN state IN ('pending', 'handed', 'unknown') THEN 'cancelled' ELSE state END
        WHERE booking_id = ${bookingId} AND superseded_at IS NULL`.execute(tx);
      const said = await tx
        .selectFrom('outboxMessage')
        .select(['id', 'state', 'unknowns', 'claimedUntil'])
        .where('bookingId', '=', bookingId)
        .where((eb) => eb.or([eb('state', 'in', ['sending', 'sent']), eb('unknowns', '>', 0)]))
        .orderBy('claimedUntil', 'desc')
        .execute();
      return {
        told: said.length > 0,
        follows: said.find((message) => message.state === 'sending')?.id ?? null,
      };
    },

    /** Writes a message and wakes those who send, when the transaction commits. */
    async enqueue(tx: Tx, { nowMs, dueMs, ...message }: NewMessage): Promise<void> {
      await tx
        .insertInto('outboxMessage')
        .values({ ...message, dueAt: new Date(dueMs), createdAt: new Date(nowMs) })
        .onConflict((conflict) => conflict.columns(['bookingId', 'kind', 'bookingVersion']).doNothing())
        .execute();
      await notifyOutbox(tx, 'messages');
    },
  };
}
