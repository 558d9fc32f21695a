/**
 * Claiming and settling of messages, each one statement that takes effect at once. They read outbox rows and nothing
 * else: PostgreSQL looks again at the row that it had to wait for, but not at rows of other tables, so a claim that also
 * read the booking could commit after the booking's cancel.
 */
import type { Claim, OutboxStore } from '@bookedbarber/redis-tier/jobs';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Database } from '../database/schema.ts';
import { notifyOutbox } from './notify.ts';

/** A claimed message about a version of a booking. */
export type BookingClaim = Claim & {
  bookingId: string;
  bookingVersion: number;
  /** Which of several messages of its kind. */
  occasion: string;
};

/** Clocks of a fleet differ: a message that is due in less than this is due, in ms. */
const clockSlackMs = 2000;

/** Never before a message that is still being sent about the same booking. */
export const notBehindAnother = sql<boolean>`NOT EXISTS (SELECT FROM outbox_message AS earlier
  WHERE earlier.id = outbox_message.follows AND earlier.state = 'sending')`;

type ClaimMethods = Pick<OutboxStore<BookingClaim>, 'claim' | 'claimNext' | 'renew' | 'settle'>;

export function messageClaims(db: Db): ClaimMethods {
  function claimWhere(
    { token, untilMs }: { token: string; untilMs: number },
    condition: RawBuilder<boolean>,
  ): Promise<BookingClaim | null> {
    return db
      .updateTable('outboxMessage')
      .set({
        state: 'sending',
        claimToken: token,
        claimedUntil: new Date(untilMs),
        attempts: sql`attempts + 1`,
      })
      .where(condition)
      .returning(['id', 'generation', 'kind', 'attempts', 'bookingId', 'bookingVersion', 'occasion'])
      .executeTakeFirst()
      .then((row) => (row === undefined ? null : { ...row, token, untilMs }));
  }

  return {
    claim: ({ id, generation }, claim) =>
      claimWhere(
        claim,
        sql`id = ${id} AND generation = ${generation} AND state IN ('pending', 'handed')
          AND due_at <= ${new Date(claim.nowMs + clockSlackMs)} AND ${notBehindAnother}`,
      ),

    claimNext: (claim) =>
      claimWhere(
        claim,
        sql`id = (SELECT id FROM outbox_message
            WHERE state IN ('pending', 'handed') AND due_at <= ${new Date(claim.dueBeforeMs)} AND ${notBehindAnother}
            ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
          AND state IN ('pending', 'handed')`,
      ),

    async renew({ id, token }, untilMs) {
      const { numUpdatedRows } = await db
        .updateTable('outboxMessage')
        .set({ claimedUntil: new Date(untilMs) })
        .where('id', '=', id)
        .where('claimToken', '=', token)
        .where('state', '=', 'sending')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async settle({ id, token }, settlement, nowMs) {
      const now = new Date(nowMs);
      // A claim that ran out and that nobody took over still knows that it sent the message.
      const mine =
        settlement.to === 'sent'
          ? sql<boolean>`state IN ('sending', 'unknown', 'pending', 'handed')`
          : sql<boolean>`state = 'sending'`;
      const { numUpdatedRows } = await db
        .updateTable('outboxMessage')
        .set(changeOf(settlement, now))
        .where('id', '=', id)
        .where('claimToken', '=', token)
        .where(mine)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      // Tried again, returned, or waited for by a later message: somebody has something to do.
      if (settlement.to !== 'sent' || (await isFollowed(db, id))) await notifyOutbox(db, 'messages');
      return true;
    },
  };
}

type Change = {
  [Column in keyof Selectable<Database['outboxMessage']>]?:
    | Selectable<Database['outboxMessage']>[Column]
    | RawBuilder<never>;
};

function changeOf(settlement: Parameters<OutboxStore['settle']>[1], now: Date): Change {
  switch (settlement.to) {
    case 'sent':
      return { state: 'sent', settledAt: now, lastError: null };
    case 'skipped':
      return { state: 'cancelled', settledAt: now, lastError: settlement.reason };
    case 'failed':
    case 'dead':
      return { state: settlement.to, settledAt: now, lastError: settlement.reason };
    case 'unknown':
      return {
        ...unlessSuperseded('unknown', now),
        unknowns: sql`unknowns + 1`,
        lastError: settlement.reason,
      };
    case 'retry':
      return {
        ...unlessSuperseded('pending', now),
        generation: sql`generation + 1`,
        dueAt: new Date(settlement.dueMs),
        lastError: settlement.reason,
      };
    case 'later':
      return {
        ...unlessSuperseded('pending', now),
        generation: sql`generation + 1`,
        attempts: sql`attempts - 1`,
        dueAt: new Date(settlement.dueMs),
        lastError: settlement.reason,
      };
    case 'returned':
      return {
        ...unlessSuperseded('pending', now),
        generation: sql`generation + 1`,
        attempts: sql`attempts - 1`,
      };
  }
}

/** What is no longer true is not tried again: a cancel that came while the message was being sent ends it here. */
function unlessSuperseded(state: 'pending' | 'unknown', now: Date): Change {
  return {
    state: sql`CASE WHEN superseded_at IS NULL THEN ${state} ELSE 'cancelled' END`,
    settledAt: sql`CASE WHEN superseded_at IS NULL THEN NULL ELSE ${now}::timestamptz END`,
  };
}

async function isFollowed(db: Db, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('outboxMessage')
    .select('id')
    .where('follows', '=', id)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  return row !== undefined;
}
