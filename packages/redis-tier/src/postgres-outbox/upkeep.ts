/** What finds messages for the queue, and messages whose worker or whose place in the queue was lost. */
import type { DueMessage, ExpiredLease, MessageRef } from '../jobs/outbox/message.ts';
import type { OutboxStore } from '../jobs/outbox/outbox-store.ts';
import { queryRows } from '../postgres/internal.ts';
import { notify, type OutboxTable } from './outbox-table.ts';
import { fairOrder, isWaiting } from './send-order.ts';

type Upkeep = Omit<OutboxStore, 'claim' | 'claimNext' | 'renew' | 'complete' | 'listen'>;

/** The parameters $1 and $2 of `locked`. */
const refsOf = (refs: readonly MessageRef[]): unknown[] => [
  refs.map((ref) => ref.id),
  refs.map((ref) => ref.generation),
];

export function postgresUpkeep(outbox: OutboxTable): Upkeep {
  const { db, sql: table } = outbox;

  const findDue = (
    urgentOnly: boolean,
  ): string => `WITH ${fairOrder(table, { pendingOnly: true, urgentOnly })}
    SELECT id, generation, floor(extract(epoch FROM due_at) * 1000)::float8 AS "dueMs", priority
    FROM in_turn ORDER BY priority, turn, due_at`;
  const findDueAll = findDue(false);
  const findDueUrgent = findDue(true);

  /** Locks the referenced rows that are in this state. */
  const locked = (state: string, lock: string): string => `SELECT message.id FROM ${table} AS message
    JOIN unnest($1::uuid[], $2::integer[]) AS ref (id, generation)
      ON ref.id = message.id AND ref.generation = message.generation
    WHERE ${state} ORDER BY message.id FOR UPDATE OF message ${lock}`;

  const raising = (lock: string): string => `WITH mine AS (${locked(isWaiting, lock)})
    UPDATE ${table} AS message SET state = 'pending', generation = message.generation + 1
    FROM mine WHERE message.id = mine.id RETURNING message.id`;
  const raiseSkippingLocked = raising('SKIP LOCKED');
  const raiseWaiting = raising('');

  return {
    findDue: ({ dueBeforeMs, limit, urgentOnly = false }) =>
      queryRows<DueMessage>(db, urgentOnly ? findDueUrgent : findDueAll, [new Date(dueBeforeMs), limit]),

    async countEnqueued() {
      const rows = await queryRows<{ count: number }>(
        db,
        `SELECT count(*)::float8 AS count FROM ${table} WHERE state = 'enqueued'`,
        [],
      );
      return rows[0]?.count ?? 0;
    },

    async markEnqueued(refs, nowMs) {
      // Skips rows that are being changed: those that stay pending are enqueued again.
      await queryRows(
        db,
        `WITH mine AS (${locked("state = 'pending'", 'SKIP LOCKED')})
          UPDATE ${table} AS message SET state = 'enqueued', enqueued_at = $3
          FROM mine WHERE message.id = mine.id`,
        [...refsOf(refs), new Date(nowMs)],
      );
    },

    async expireLeases(nowMs) {
      const expired = await queryRows<ExpiredLease>(
        db,
        `WITH mine AS (SELECT id FROM ${table} WHERE state = 'sending' AND claimed_until < $1 FOR UPDATE SKIP LOCKED)
          UPDATE ${table} AS message SET
            unknown_outcomes = unknown_outcomes + 1,
            last_error = 'the lease of the worker expired',
            state = CASE WHEN cancel_requested_at IS NULL THEN 'unknown' ELSE 'cancelled' END,
            finished_at = CASE WHEN cancel_requested_at IS NULL THEN NULL ELSE $1::timestamptz END
          FROM mine WHERE message.id = mine.id RETURNING message.id, generation, kind`,
        [new Date(nowMs)],
      );
      if (expired.length > 0) await notify(outbox);
      return expired;
    },

    async resendUnknown(kind, most, nowMs) {
      const again = await queryRows(
        db,
        `WITH mine AS (SELECT id FROM ${table}
            WHERE state = 'unknown' AND kind = $1 AND unknown_outcomes <= $2 FOR UPDATE SKIP LOCKED)
          UPDATE ${table} AS message SET state = 'pending', generation = generation + 1, due_at = $3
          FROM mine WHERE message.id = mine.id RETURNING message.id`,
        [kind, most, new Date(nowMs)],
      );
      if (again.length > 0) await notify(outbox);
      return again.length;
    },

    findLost: ({ dueBeforeMs, enqueuedBeforeMs, limit }) =>
      queryRows<MessageRef>(
        db,
        `SELECT id, generation FROM ${table}
          WHERE state = 'enqueued' AND enqueued_at <= $1 AND due_at <= coalesce($2::timestamptz, 'infinity')
          ORDER BY due_at LIMIT $3`,
        [new Date(enqueuedBeforeMs), dueBeforeMs === undefined ? null : new Date(dueBeforeMs), limit],
      ),

    async raiseGeneration(refs) {
      const raised = new Set(
        (await queryRows<{ id: string }>(db, raiseSkippingLocked, refsOf(refs))).map(({ id }) => id),
      );
      // Waits for locked rows one at a time: an application may cancel messages in any order, and a statement that
      // waits while it holds other messages could deadlock with it.
      for (const ref of refs)
        if (!raised.has(ref.id) && (await queryRows(db, raiseWaiting, refsOf([ref]))).length > 0)
          raised.add(ref.id);
      if (raised.size > 0) await notify(outbox);
    },

    async counts() {
      const rows = await queryRows<{ state: string; count: number }>(
        db,
        `SELECT state, count(*)::float8 AS count FROM ${table} GROUP BY state`,
        [],
      );
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
  };
}
