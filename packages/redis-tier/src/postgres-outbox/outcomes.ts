/** Completes messages after an attempt: they finish or become pending again. */
import type { MessageLease } from '../jobs/outbox/message.ts';
import type { Completion, OutboxStore } from '../jobs/outbox/outbox-store.ts';
import { createBatcher } from '../postgres/index.ts';
import { queryRows } from '../postgres/internal.ts';
import { notify, type OutboxTable } from './outbox-table.ts';

/** Maximum messages per completing statement. */
const maxBatch = 100;

type Sent = Pick<MessageLease, 'id' | 'token'> & { nowMs: number };

/** The state that each completion ends in. A message to be retried is pending again. */
const stateAfter: Readonly<Record<Exclude<Completion['state'], 'sent'>, string>> = {
  skipped: 'cancelled',
  retry: 'pending',
  postponed: 'pending',
  failed: 'failed',
  dead: 'dead',
  unknown: 'unknown',
  released: 'pending',
};

export function postgresOutcomes(outbox: OutboxTable): Pick<OutboxStore, 'complete'> {
  const { db, sql: table, channel } = outbox;

  const sending = (lock: string): string => `WITH mine AS (
      SELECT message.id, own.token FROM ${table} AS message
      JOIN unnest($1::uuid[], $2::uuid[]) AS own (id, token)
        ON own.id = message.id AND own.token = message.claim_token
      WHERE state IN ('sending', 'unknown', 'pending', 'enqueued')
      ORDER BY message.id FOR UPDATE OF message ${lock}
    ), done AS (
      UPDATE ${table} AS message SET state = 'sent', finished_at = $3, last_error = NULL
      FROM mine WHERE message.id = mine.id RETURNING message.id, mine.token)
    SELECT token, EXISTS (SELECT FROM ${table} AS later
      WHERE later.follows = done.id AND later.state = 'pending') AS followed FROM done`;
  const skippingLocked = sending('SKIP LOCKED');
  const waiting = sending('');

  /**
   * Marks messages as sent and notifies workers of the messages that follow them. Accepts an expired lease that no
   * worker took over.
   */
  async function completeSent(sent: readonly Sent[], text: string): Promise<boolean[]> {
    const rows = await queryRows<{ token: string; followed: boolean }>(db, text, [
      sent.map((it) => it.id),
      sent.map((it) => it.token),
      new Date(Math.max(...sent.map((it) => it.nowMs))),
    ]);
    if (rows.some(({ followed }) => followed)) await notify(outbox);
    const completed = new Set(rows.map(({ token }) => token));
    return sent.map(({ token }) => completed.has(token));
  }

  const completeSentBatch = createBatcher(maxBatch, (sent: readonly Sent[]) =>
    completeSent(sent, skippingLocked),
  );

  /** A message that was cancelled while it was being sent is cancelled instead of retried. */
  const completing = `UPDATE ${table} SET
      state = CASE WHEN $3 IN ('pending', 'unknown') AND cancel_requested_at IS NOT NULL THEN 'cancelled' ELSE $3 END,
      finished_at = CASE WHEN $3 IN ('pending', 'unknown') AND cancel_requested_at IS NULL THEN NULL
        ELSE $4::timestamptz END,
      due_at = coalesce($5::timestamptz, due_at),
      last_error = coalesce($6, last_error),
      generation = generation + CASE WHEN $3 = 'pending' THEN 1 ELSE 0 END,
      unknown_outcomes = unknown_outcomes + CASE WHEN $3 = 'unknown' THEN 1 ELSE 0 END,
      attempts = attempts - CASE WHEN $7 THEN 0 ELSE 1 END
    WHERE id = $1 AND claim_token = $2 AND state = 'sending' RETURNING pg_notify($8, '')`;

  return {
    async complete({ id, token }, completion, nowMs) {
      if (completion.state === 'sent') {
        const sent = { id, token, nowMs };
        // The batch skips a row that a change has locked; the second statement waits for that row alone.
        return (await completeSentBatch(sent)) || (await completeSent([sent], waiting))[0] === true;
      }
      const wasTried = completion.state !== 'postponed' && completion.state !== 'released';
      const rows = await queryRows(db, completing, [
        id,
        token,
        stateAfter[completion.state],
        new Date(nowMs),
        'dueMs' in completion ? new Date(completion.dueMs) : null,
        'reason' in completion ? completion.reason : null,
        wasTried,
        channel,
      ]);
      return rows.length > 0;
    },
  };
}
