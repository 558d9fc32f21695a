import type { MessageRef, OutboxStore } from '@bookedbarber/redis-tier/jobs';
import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import { type BookingClaim, messageClaims, notBehindAnother } from './message-claims.ts';
import { notifyOutbox } from './notify.ts';

/** The outbox of messages as the tier's jobs work with it. */
export function createMessageStore(db: Db): OutboxStore<BookingClaim> {
  return {
    ...messageClaims(db),

    /** The oldest of every shop first, then the second of every shop: a shop with thousands holds up nobody. */
    async findDue({ dueBeforeMs, limit }) {
      const { rows } = await sql<{ id: string; generation: number; dueAt: Date }>`
        SELECT id, generation, due_at FROM (
          SELECT id, generation, due_at, row_number() OVER (PARTITION BY shop_id ORDER BY due_at) AS turn
          FROM outbox_message
          WHERE state = 'pending' AND due_at <= ${new Date(dueBeforeMs)} AND ${notBehindAnother}
        ) AS waiting ORDER BY turn, due_at LIMIT ${limit}`.execute(db);
      return rows.map(({ id, generation, dueAt }) => ({ id, generation, dueMs: dueAt.getTime() }));
    },

    async countHanded() {
      const { count } = await db
        .selectFrom('outboxMessage')
        .select((eb) => eb.fn.countAll<string>().as('count'))
        .where('state', '=', 'handed')
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async markHanded(refs, nowMs) {
      await sql`UPDATE outbox_message SET state = 'handed', handed_at = ${new Date(nowMs)}
        FROM ${listed(refs)} WHERE outbox_message.id = ref.id AND outbox_message.generation = ref.generation
          AND state = 'pending'`.execute(db);
    },

    async expireClaims(nowMs) {
      const now = new Date(nowMs);
      const { rows } = await sql<{ id: string; generation: number; kind: string }>`
        UPDATE outbox_message SET
          unknowns = unknowns + 1,
          last_error = 'the worker fell silent',
          state = CASE WHEN superseded_at IS NULL THEN 'unknown' ELSE 'cancelled' END,
          settled_at = CASE WHEN superseded_at IS NULL THEN NULL ELSE ${now}::timestamptz END
        WHERE state = 'sending' AND claimed_until < ${now} RETURNING id, generation, kind`.execute(db);
      if (rows.length > 0) await notifyOutbox(db, 'messages');
      return rows;
    },

    async resendUnknown(kind, most, nowMs) {
      const { numUpdatedRows } = await db
        .updateTable('outboxMessage')
        .set({ state: 'pending', generation: sql`generation + 1`, dueAt: new Date(nowMs) })
        .where('state', '=', 'unknown')
        .where('kind', '=', kind)
        .where('unknowns', '<=', most)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) await notifyOutbox(db, 'messages');
      return Number(numUpdatedRows);
    },

    async findLost({ dueBeforeMs, handedBeforeMs, limit }) {
      let query = db
        .selectFrom('outboxMessage')
        .select(['id', 'generation'])
        .where('state', '=', 'handed')
        .where('handedAt', '<=', new Date(handedBeforeMs));
      if (dueBeforeMs !== undefined) query = query.where('dueAt', '<=', new Date(dueBeforeMs));
      return query.orderBy('dueAt').limit(limit).execute();
    },

    async raiseGeneration(refs) {
      const { numAffectedRows } =
        await sql`UPDATE outbox_message SET state = 'pending', generation = outbox_message.generation + 1
        FROM ${listed(refs)} WHERE outbox_message.id = ref.id AND outbox_message.generation = ref.generation
          AND state IN ('pending', 'handed')`.execute(db);
      if ((numAffectedRows ?? 0n) > 0n) await notifyOutbox(db, 'messages');
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

/** Ids with their generations as rows named `ref`. */
function listed(refs: readonly MessageRef[]) {
  const ids = refs.map((ref) => ref.id);
  const generations = refs.map((ref) => ref.generation);
  return sql`unnest(${ids}::uuid[], ${generations}::integer[]) AS ref (id, generation)`;
}
