/**
 * Claiming of messages, by statements that take effect at once. They read outbox rows and nothing else: PostgreSQL looks
 * again at the row that it had to wait for, but not at rows of other tables, so a claim that also read the booking could
 * commit after the booking's cancel. Pauses are the exception: who pauses waits for the claims that are under way.
 */
import { clockSlackMs } from '@bookedbarber/redis-tier/core';
import type { MessageLease, MessageRef, OutboxStore } from '@bookedbarber/redis-tier/jobs';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/connect.ts';
import { prepared } from '../../database/prepared.ts';
import { notPaused } from './pauses.ts';
import { fairOrder, notBehindAnother } from './send-order.ts';
import { createBatcher } from './statement-batches.ts';

/** A claimed message about a version of a booking, or about a barber's day. */
export type LeasedMessage = MessageLease & {
  bookingId: string | null;
  bookingVersion: number | null;
  barberId: string | null;
  /** Which of several messages of its kind: of a reminder its time before the visit, of a day its date. */
  occasion: string;
};

/** Messages that one statement claims. */
const most = 100;
/** Of so many times more that come next, those are claimed that no other worker is looking at. */
const candidates = 10;

type ClaimRequest = { token: string; untilMs: number };
type ClaimRow = Omit<LeasedMessage, 'untilMs'>;

/** Named as they are wanted, since names are not translated here: hundreds of rows a second would pay for that. */
const claimed = sql`outbox_message.id, outbox_message.generation, kind, attempts, claim_token AS token,
  booking_id AS "bookingId", booking_version AS "bookingVersion", barber_id AS "barberId", occasion`;

export function messageClaims(db: Db): Pick<OutboxStore<LeasedMessage>, 'claim' | 'claimNext' | 'renew'> {
  const plain = db.withoutPlugins();

  /** `free` is a CTE of rows (id, token), each locked. All are claimed until the earliest end that one of them wishes. */
  async function claimFree(
    free: RawBuilder<unknown>,
    wishes: readonly ClaimRequest[],
  ): Promise<Map<string, LeasedMessage>> {
    const untilMs = Math.min(...wishes.map((request) => request.untilMs));
    const { rows } = await sql<ClaimRow>`${prepared} WITH ${free}
      UPDATE outbox_message SET state = 'sending', claim_token = free.token, claimed_until = ${new Date(untilMs)},
        attempts = attempts + 1
      FROM free WHERE outbox_message.id = free.id RETURNING ${claimed}`.execute(plain);
    return new Map(rows.map((row) => [row.token, { ...row, untilMs }]));
  }

  type Wanted = MessageRef & ClaimRequest & { nowMs: number };

  function freeOf(wanted: readonly Wanted[], lock: RawBuilder<unknown>): RawBuilder<unknown> {
    const nowMs = Math.min(...wanted.map((it) => it.nowMs));
    return sql`wanted AS (SELECT *, ${new Date(nowMs + clockSlackMs)}::timestamptz AS due_before
        FROM unnest(${wanted.map((it) => it.id)}::uuid[], ${wanted.map((it) => it.generation)}::integer[],
          ${wanted.map((it) => it.token)}::uuid[]) AS wanted (id, generation, token)
      ), free AS (
        SELECT outbox_message.id, wanted.token FROM outbox_message
        JOIN wanted ON wanted.id = outbox_message.id AND wanted.generation = outbox_message.generation
        WHERE state IN ('pending', 'enqueued') AND due_at <= wanted.due_before AND ${notBehindAnother} AND ${notPaused}
        FOR UPDATE OF outbox_message ${lock})`;
  }

  const claimBatch = createBatcher(most, async (wanted: readonly Wanted[]) => {
    const found = await claimFree(freeOf(wanted, sql`SKIP LOCKED`), wanted);
    return wanted.map(({ token }) => found.get(token) ?? null);
  });

  const claimNextBatch = createBatcher(
    most,
    async (wishes: readonly (ClaimRequest & { dueBeforeMs: number })[]) => {
      const dueBeforeMs = Math.min(...wishes.map((request) => request.dueBeforeMs));
      const found = await claimFree(
        sql`${fairOrder({ state: sql`TRUE`, dueBeforeMs, limit: wishes.length * candidates })},
      picked AS (
        SELECT outbox_message.id FROM in_turn JOIN outbox_message ON outbox_message.id = in_turn.id
        -- Said again of the row as it is now: it may have come back with a later time since it was looked for.
        WHERE state IN ('pending', 'enqueued') AND outbox_message.due_at <= ${new Date(dueBeforeMs)}
        ORDER BY in_turn.priority, turn, in_turn.due_at LIMIT ${wishes.length}
        FOR UPDATE OF outbox_message SKIP LOCKED
      ), free AS (
        SELECT numbered.id, wish.token
        FROM (SELECT id, row_number() OVER () AS number FROM picked) AS numbered
        JOIN unnest(${wishes.map((request) => request.token)}::uuid[])
          WITH ORDINALITY AS wish (token, number) USING (number))`,
        wishes,
      );
      return wishes.map(({ token }) => found.get(token) ?? null);
    },
  );

  return {
    async claim({ id, generation }, { token, nowMs, untilMs }) {
      const wanted = { id, generation, token, nowMs, untilMs };
      // It may be locked: by the note that it was handed over, which takes a moment, or by a change that is not committed
      // yet. Only who waits for that learns how it ended, and the others do not wait with it.
      const claim = (await claimBatch(wanted)) ?? (await claimBatch(wanted));
      if (claim !== null) return claim;
      return (await claimFree(freeOf([wanted], sql``), [wanted])).get(token) ?? null;
    },

    claimNext: ({ token, untilMs, dueBeforeMs }) => claimNextBatch({ token, untilMs, dueBeforeMs }),

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
  };
}
