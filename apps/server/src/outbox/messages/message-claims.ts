/**
 * Claims of messages, each in a statement that commits on its own. Claims read rows of the outbox only: after a lock
 * wait, PostgreSQL re-evaluates the locked row but not rows of other tables, so a claim that also read the booking
 * could commit after the booking's cancellation. Pauses are the exception: pauseSending waits for running claims.
 */
import { clockSlackMs } from '@bookedbarber/redis-tier/core';
import type { MessageLease, MessageRef, OutboxStore } from '@bookedbarber/redis-tier/jobs';
import { createBatcher } from '@bookedbarber/redis-tier/postgres';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/connect.ts';
import { prepared } from '../../database/prepared.ts';
import { notPaused } from './pauses.ts';
import { fairOrder, notBehindAnother } from './send-order.ts';

/** A claimed message about a version of a booking, or about a barber's day. */
export type LeasedMessage = MessageLease & {
  bookingId: string | null;
  bookingVersion: number | null;
  barberId: string | null;
  /**
   * Distinguishes messages of one kind: the time before the appointment for reminders, the date for daily schedules.
   */
  occasion: string;
};

/** Maximum messages per claiming statement. */
const maxBatch = 100;
/** Candidate rows per requested message, so that enough remain after skipping rows that other workers have locked. */
const candidatesPerMessage = 10;

type ClaimRequest = { token: string; untilMs: number };
type ClaimRow = Omit<LeasedMessage, 'untilMs'>;

/** Aliased in SQL, because the camel-case plugin would cost time at hundreds of rows per second. */
const claimed = sql`outbox_message.id, outbox_message.generation, kind, attempts, claim_token AS token,
  booking_id AS "bookingId", booking_version AS "bookingVersion", barber_id AS "barberId", occasion`;

export function messageClaims(db: Db): Pick<OutboxStore<LeasedMessage>, 'claim' | 'claimNext' | 'renew'> {
  const plain = db.withoutPlugins();

  /** `free` is a CTE of locked rows (id, token). All leases get the latest end among the requests. */
  async function claimFree(
    free: RawBuilder<unknown>,
    requests: readonly ClaimRequest[],
  ): Promise<Map<string, LeasedMessage>> {
    const untilMs = Math.max(...requests.map((request) => request.untilMs));
    const { rows } = await sql<ClaimRow>`${prepared} WITH ${free}
      UPDATE outbox_message SET state = 'sending', claim_token = free.token, claimed_until = ${new Date(untilMs)},
        attempts = attempts + 1
      FROM free WHERE outbox_message.id = free.id RETURNING ${claimed}`.execute(plain);
    return new Map(rows.map((row) => [row.token, { ...row, untilMs }]));
  }

  type ClaimByIdRequest = MessageRef & ClaimRequest & { nowMs: number };

  function freeOf(requests: readonly ClaimByIdRequest[], lock: RawBuilder<unknown>): RawBuilder<unknown> {
    const nowMs = Math.max(...requests.map((it) => it.nowMs));
    return sql`requested AS (SELECT *, ${new Date(nowMs + clockSlackMs)}::timestamptz AS due_before
        FROM unnest(${requests.map((it) => it.id)}::uuid[], ${requests.map((it) => it.generation)}::integer[],
          ${requests.map((it) => it.token)}::uuid[]) AS requested (id, generation, token)
      ), free AS (
        SELECT outbox_message.id, requested.token FROM outbox_message
        JOIN requested ON requested.id = outbox_message.id AND requested.generation = outbox_message.generation
        WHERE state IN ('pending', 'enqueued') AND due_at <= requested.due_before AND ${notBehindAnother} AND ${notPaused}
        FOR UPDATE OF outbox_message ${lock})`;
  }

  const claimBatch = createBatcher(maxBatch, async (requests: readonly ClaimByIdRequest[]) => {
    const found = await claimFree(freeOf(requests, sql`SKIP LOCKED`), requests);
    return requests.map(({ token }) => found.get(token) ?? null);
  });

  const claimNextBatch = createBatcher(
    maxBatch,
    async (requests: readonly (ClaimRequest & { dueBeforeMs: number })[]) => {
      // The latest: with an earlier time, the request of a new message's notification would not find the message.
      const dueBeforeMs = Math.max(...requests.map((request) => request.dueBeforeMs));
      const found = await claimFree(
        sql`${fairOrder({ state: sql`TRUE`, dueBeforeMs, limit: requests.length * candidatesPerMessage })},
      picked AS (
        SELECT outbox_message.id FROM in_turn JOIN outbox_message ON outbox_message.id = in_turn.id
        -- Repeats the conditions for the current row, which may have a later due time since the CTE read it.
        WHERE state IN ('pending', 'enqueued') AND outbox_message.due_at <= ${new Date(dueBeforeMs)}
        ORDER BY in_turn.priority, turn, in_turn.due_at LIMIT ${requests.length}
        FOR UPDATE OF outbox_message SKIP LOCKED
      ), free AS (
        SELECT numbered.id, request.token
        FROM (SELECT id, row_number() OVER () AS number FROM picked) AS numbered
        JOIN unnest(${requests.map((request) => request.token)}::uuid[])
          WITH ORDINALITY AS request (token, number) USING (number))`,
        requests,
      );
      return requests.map(({ token }) => found.get(token) ?? null);
    },
  );

  return {
    async claim({ id, generation }, { token, nowMs, untilMs }) {
      const request = { id, generation, token, nowMs, untilMs };
      // The row may be locked: briefly by markEnqueued, or by an uncommitted change. Two batched attempts skip a
      // locked row; the last attempt waits for the lock on its own, so that it does not delay the batch.
      const claim = (await claimBatch(request)) ?? (await claimBatch(request));
      if (claim !== null) return claim;
      return (await claimFree(freeOf([request], sql``), [request])).get(token) ?? null;
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
