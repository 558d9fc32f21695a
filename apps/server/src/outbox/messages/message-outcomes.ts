/** Completes messages after an attempt: they finish or become pending again. */
import type { Completion, MessageLease, OutboxStore } from '@bookedbarber/redis-tier/jobs';
import { createBatcher } from '@bookedbarber/redis-tier/postgres';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Db } from '../../database/connect.ts';
import { prepared } from '../../database/prepared.ts';
import type { Database } from '../../database/schema.ts';
import { notifyOutbox } from '../notify.ts';

/** Maximum messages per completing statement. */
const maxBatch = 100;

type Sent = Pick<MessageLease, 'id' | 'token'> & { nowMs: number };

export function messageCompletion(db: Db): Pick<OutboxStore, 'complete'> {
  const plain = db.withoutPlugins();

  /**
   * Marks messages as sent and notifies workers of the messages that follow them. Accepts an expired lease that no
   * worker took over.
   */
  async function completeSent(sent: readonly Sent[], lock: RawBuilder<unknown>): Promise<Set<string>> {
    const nowMs = Math.max(...sent.map((it) => it.nowMs));
    const { rows } = await sql<{ token: string; followed: boolean }>`${prepared}
      WITH mine AS (
        SELECT outbox_message.id, own.token FROM outbox_message
        JOIN unnest(${sent.map((it) => it.id)}::uuid[], ${sent.map((it) => it.token)}::uuid[]) AS own (id, token)
          ON own.id = outbox_message.id AND own.token = outbox_message.claim_token
        WHERE state IN ('sending', 'unknown', 'pending', 'enqueued')
        ORDER BY outbox_message.id FOR UPDATE OF outbox_message ${lock}
      ), done AS (
        UPDATE outbox_message SET state = 'sent', finished_at = ${new Date(nowMs)}, last_error = NULL
        FROM mine WHERE outbox_message.id = mine.id RETURNING outbox_message.id, mine.token)
      SELECT token, EXISTS (SELECT FROM outbox_message AS later
        WHERE later.follows = done.id AND later.state = 'pending') AS followed FROM done`.execute(plain);
    if (rows.some(({ followed }) => followed)) await notifyOutbox(db, 'messages');
    return new Set(rows.map(({ token }) => token));
  }

  const completeSentBatch = createBatcher(maxBatch, async (sent: readonly Sent[]) => {
    const completed = await completeSent(sent, sql`SKIP LOCKED`);
    return sent.map(({ token }) => completed.has(token));
  });

  return {
    async complete({ id, token }, completion, nowMs) {
      if (completion.state === 'sent') {
        const sent = { id, token, nowMs };
        // The batch skips a row that a change has locked; the second statement waits for that row alone.
        return (await completeSentBatch(sent)) || (await completeSent([sent], sql``)).has(token);
      }
      const { numUpdatedRows } = await db
        .updateTable('outboxMessage')
        .set(changeOf(completion, new Date(nowMs)))
        .where('id', '=', id)
        .where('claimToken', '=', token)
        .where('state', '=', 'sending')
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      await notifyOutbox(db, 'messages');
      return true;
    },
  };
}

type Change = {
  [Column in keyof Selectable<Database['outboxMessage']>]?:
    | Selectable<Database['outboxMessage']>[Column]
    | RawBuilder<never>;
};

function changeOf(completion: Exclude<Completion, { state: 'sent' }>, now: Date): Change {
  switch (completion.state) {
    case 'skipped':
      return { state: 'cancelled', finishedAt: now, lastError: completion.reason };
    case 'failed':
    case 'dead':
      return { state: completion.state, finishedAt: now, lastError: completion.reason };
    case 'unknown':
      return {
        ...unlessSuperseded('unknown', now),
        unknownOutcomes: sql`unknown_outcomes + 1`,
        lastError: completion.reason,
      };
    case 'retry':
      return { ...again(now), dueAt: new Date(completion.dueMs), lastError: completion.reason };
    case 'postponed':
      return {
        ...again(now),
        attempts: sql`attempts - 1`,
        dueAt: new Date(completion.dueMs),
        lastError: completion.reason,
      };
    case 'released':
      return { ...again(now), attempts: sql`attempts - 1` };
  }
}

function again(now: Date): Change {
  return { ...unlessSuperseded('pending', now), generation: sql`generation + 1` };
}

/** A message that was superseded while it was being sent is cancelled instead of retried. */
function unlessSuperseded(state: 'pending' | 'unknown', now: Date): Change {
  return {
    state: sql`CASE WHEN superseded_at IS NULL THEN ${state} ELSE 'cancelled' END`,
    finishedAt: sql`CASE WHEN superseded_at IS NULL THEN NULL ELSE ${now}::timestamptz END`,
  };
}
