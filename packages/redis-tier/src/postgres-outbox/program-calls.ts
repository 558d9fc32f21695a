/** The calls of programs that write messages, each on the connection that the program passes. */
import { checkMessage, checkName } from '../jobs/outbox/new-message.ts';
import type {
  CancelledMessage,
  EnqueuedMessage,
  MessageName,
  NewMessage,
  Payloads,
} from '../jobs/outbox/outbox.ts';
import type { Queryable } from '../postgres/index.ts';
import { queryRows } from '../postgres/internal.ts';
import { notify, type OutboxTable } from './outbox-table.ts';

/** Messages per deleting statement, so that it holds locks only briefly. */
const deleteBatch = 1000;
/** How often a key that another transaction frees at this moment is tried. */
const keyAttempts = 3;

type Limits = { nowMs: () => number; maxPayloadBytes: number };

export function programCalls<P extends Payloads>({ db, sql: table, channel }: OutboxTable, limits: Limits) {
  /** Selects by tenant, kind and key, the parameters from this number on. */
  const ofKey = (first: number): string =>
    `tenant = $${first} AND kind = $${first + 1} AND key = $${first + 2} AND cancel_requested_at IS NULL`;

  const inserting = `WITH added AS (
      INSERT INTO ${table} (tenant, kind, key, payload, due_at, priority, follows) VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT (tenant, kind, key) WHERE key IS NOT NULL AND cancel_requested_at IS NULL DO NOTHING RETURNING id)
    SELECT id, pg_notify($8, '') FROM added`;

  /** The condition that selects the message, and the values of $1 (now) and of the condition's parameters. */
  function rowOf(owner: string, name: MessageName): { where: string; values: unknown[] } {
    const checked = checkName(owner, name);
    const now = new Date(limits.nowMs());
    return 'id' in checked
      ? { where: 'id = $2', values: [now, checked.id] }
      : { where: ofKey(2), values: [now, checked.tenant, checked.kind, checked.key] };
  }

  const cancelling = (where: string): string => `UPDATE ${table} SET
      cancel_requested_at = coalesce(cancel_requested_at, $1::timestamptz),
      finished_at = CASE WHEN state IN ('pending', 'enqueued', 'unknown') THEN $1::timestamptz ELSE finished_at END,
      state = CASE WHEN state IN ('pending', 'enqueued', 'unknown') THEN 'cancelled' ELSE state END
    WHERE ${where}
    RETURNING id, state, state IN ('sending', 'sent') OR unknown_outcomes > 0 AS "mayHaveBeenSent"`;

  const retrying = (where: string): string => `UPDATE ${table} SET
      state = 'pending', generation = generation + 1, attempts = 0, due_at = $1, finished_at = NULL
    WHERE ${where} AND state IN ('failed', 'dead', 'unknown') AND cancel_requested_at IS NULL
    RETURNING id`;

  return {
    async enqueue(client: Queryable, message: NewMessage<P>): Promise<EnqueuedMessage> {
      const { tenant, kind, key, payload, dueMs, priority, follows } = checkMessage(
        message as NewMessage<Record<string, unknown>>,
        { nowMs: limits.nowMs(), maxPayloadBytes: limits.maxPayloadBytes },
      );
      const values = [tenant, kind, key, payload, new Date(dueMs), priority, follows, channel];
      for (let attempt = 0; attempt < keyAttempts; attempt += 1) {
        const [added] = await queryRows<{ id: string }>(client, inserting, values);
        if (added !== undefined) return { id: added.id, isNew: true };
        const [existing] = await queryRows<{ id: string }>(
          client,
          `SELECT id FROM ${table} WHERE ${ofKey(1)}`,
          [tenant, kind, key],
        );
        if (existing !== undefined) return { id: existing.id, isNew: false };
      }
      throw new Error(`enqueue: the key of a message of kind ${kind} is cancelled and written concurrently`);
    },

    async cancel(client: Queryable, name: MessageName): Promise<CancelledMessage | null> {
      const { where, values } = rowOf('cancel', name);
      const [cancelled] = await queryRows<CancelledMessage>(client, cancelling(where), values);
      return cancelled ?? null;
    },

    async retry(client: Queryable, name: MessageName): Promise<boolean> {
      const { where, values } = rowOf('retry', name);
      if ((await queryRows(client, retrying(where), values)).length === 0) return false;
      await notify({ db: client, channel });
      return true;
    },

    async deleteFinished(beforeMs: number): Promise<number> {
      let total = 0;
      for (;;) {
        const deleted = await queryRows(
          db,
          `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table}
            WHERE finished_at < $1 LIMIT ${deleteBatch} FOR UPDATE SKIP LOCKED) RETURNING id`,
          [new Date(beforeMs)],
        );
        total += deleted.length;
        if (deleted.length < deleteBatch) return total;
      }
    },
  };
}
