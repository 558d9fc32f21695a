import type { DueMessage, MessageRef, OutboxStore } from '@bookedbarber/redis-tier/jobs';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/connect.ts';
import { prepared } from '../../database/prepared.ts';
import { notifyOutbox } from '../notify.ts';
import { type LeasedMessage, messageClaims } from './message-claims.ts';
import { messageCompletion } from './message-outcomes.ts';
import { fairOrder } from './send-order.ts';

/** The PostgreSQL store of the tier's jobs. */
export function createMessageStore(db: Db): OutboxStore<LeasedMessage> {
  return {
    ...messageClaims(db),
    ...messageCompletion(db),

    async findDue({ dueBeforeMs, limit, urgentOnly = false }) {
      const state = sql<boolean>`state = 'pending'`;
      const { rows } = await sql<DueMessage>`${prepared}
        WITH ${fairOrder({ state, dueBeforeMs, limit, urgentOnly })}
        SELECT id, generation, floor(extract(epoch FROM due_at) * 1000)::float8 AS "dueMs", priority
        FROM in_turn ORDER BY priority, turn, due_at`.execute(db.withoutPlugins());
      return rows;
    },

    async countEnqueued() {
      const { count } = await db
        .selectFrom('outboxMessage')
        .select((eb) => eb.fn.countAll<string>().as('count'))
        .where('state', '=', 'enqueued')
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async markEnqueued(refs, nowMs) {
      // Skips rows that are being changed: those that stay pending are enqueued again.
      await sql`${prepared} WITH mine AS (${locked(refs, sql`state = 'pending'`)} SKIP LOCKED)
        UPDATE outbox_message SET state = 'enqueued', enqueued_at = ${new Date(nowMs)}
        FROM mine WHERE outbox_message.id = mine.id`.execute(db);
    },

    async expireLeases(nowMs) {
      const now = new Date(nowMs);
      const { rows } = await sql<{ id: string; generation: number; kind: string }>`
        WITH mine AS (SELECT id FROM outbox_message WHERE state = 'sending' AND claimed_until < ${now}
          ORDER BY id FOR UPDATE SKIP LOCKED)
        UPDATE outbox_message SET
          unknown_outcomes = unknown_outcomes + 1,
          last_error = 'the lease of the worker expired',
          state = CASE WHEN superseded_at IS NULL THEN 'unknown' ELSE 'cancelled' END,
          finished_at = CASE WHEN superseded_at IS NULL THEN NULL ELSE ${now}::timestamptz END
        FROM mine WHERE outbox_message.id = mine.id RETURNING outbox_message.id, generation, kind`.execute(
        db,
      );
      if (rows.length > 0) await notifyOutbox(db, 'messages');
      return rows;
    },

    async resendUnknown(kind, most, nowMs) {
      const { numAffectedRows = 0n } = await sql`
        WITH mine AS (SELECT id FROM outbox_message
          WHERE state = 'unknown' AND kind = ${kind} AND unknown_outcomes <= ${most} ORDER BY id FOR UPDATE SKIP LOCKED)
        UPDATE outbox_message SET state = 'pending', generation = generation + 1, due_at = ${new Date(nowMs)}
        FROM mine WHERE outbox_message.id = mine.id`.execute(db);
      if (numAffectedRows > 0n) await notifyOutbox(db, 'messages');
      return Number(numAffectedRows);
    },

    async findLost({ dueBeforeMs, enqueuedBeforeMs, limit }) {
      let query = db
        .selectFrom('outboxMessage')
        .select(['id', 'generation'])
        .where('state', '=', 'enqueued')
        .where('enqueuedAt', '<=', new Date(enqueuedBeforeMs));
      if (dueBeforeMs !== undefined) query = query.where('dueAt', '<=', new Date(dueBeforeMs));
      return query.orderBy('dueAt').limit(limit).execute();
    },

    async raiseGeneration(refs) {
      const { numAffectedRows = 0n } = await sql`
        WITH mine AS (${locked(refs, sql`state IN ('pending', 'enqueued')`)})
        UPDATE outbox_message SET state = 'pending', generation = generation + 1
        FROM mine WHERE outbox_message.id = mine.id`.execute(db);
      if (numAffectedRows > 0n) await notifyOutbox(db, 'messages');
    },

    async counts() {
      const rows = await db
        .selectFrom('outboxMessage')
        .select(['state', (eb) => eb.fn.countAll<string>().as('count')])
        .groupBy('state')
        .execute();
      return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
    },
  };
}

/** Locks the referenced rows that are in this state, ordered by id to prevent deadlocks. */
function locked(refs: readonly MessageRef[], state: RawBuilder<unknown>): RawBuilder<unknown> {
  const ids = refs.map((ref) => ref.id);
  const generations = refs.map((ref) => ref.generation);
  return sql`SELECT outbox_message.id FROM outbox_message
    JOIN unnest(${ids}::uuid[], ${generations}::integer[]) AS ref (id, generation)
      ON ref.id = outbox_message.id AND ref.generation = outbox_message.generation
    WHERE ${state} ORDER BY outbox_message.id FOR UPDATE OF outbox_message`;
}
