/**
 * Pauses of sending. They are stored in PostgreSQL and checked by every claim and every enqueue, so they apply with
 * and without the queue, and data loss in Redis does not end them.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '../../database/connect.ts';
import { isLockTimeout } from '../../database/errors.ts';
import type { Tx } from '../../database/transaction.ts';
import { notifyOutbox } from '../notify.ts';

export type Pause = {
  /** `all` or `kind:NAME`. There are no pauses per channel, because the channel is chosen when a message is sent. */
  target: string;
  reason: string;
  pausedBy: string;
  pausedAt: Date;
  resumedBy: string | null;
  resumedAt: Date | null;
};

/** The targets that pause a row of outbox_message. */
const targets = sql`ARRAY['all', 'kind:' || outbox_message.kind]`;
/** The active targets, read once per statement. */
const paused = sql`(SELECT coalesce(array_agg(target), '{}') FROM outbox_pause WHERE resumed_at IS NULL)`;

/** Whether a row of outbox_message is not paused. */
export const notPaused: RawBuilder<boolean> = sql<boolean>`NOT ${paused} && ${targets}`;
/** Whether sending is not paused as a whole; evaluated before any message is read. */
export const notAllPaused: RawBuilder<boolean> = sql<boolean>`NOT ${paused} && ARRAY['all']`;

export type Paused = {
  pause: Pause;
  /** Whether it was already paused. The existing pause then stays, with its reason. */
  alreadyPaused: boolean;
  /** Messages that are being sent; these are finished. */
  inProgress: number;
  /** Whether no earlier claim can commit any more. If false, running claims may still commit. */
  immediate: boolean;
};

export type NewPause = {
  target: string;
  reason: string;
  by: string;
  nowMs: number;
  /** Longest wait for running statements, in ms. Bookings block meanwhile. Default 2000. */
  barrierMs?: number;
};

/**
 * Pauses the sending of `target`. The table lock waits for running claims and blocks new ones until this transaction
 * ends, so that no claim misses the pause. If the lock times out because another transaction holds messages, the
 * pause still applies to every claim that starts after the commit.
 */
export async function pauseSending(
  tx: Tx,
  { target, reason, by, nowMs, barrierMs = 2000 }: NewPause,
): Promise<Paused> {
  const immediate = await barrier(tx, barrierMs);
  const existing = await activePause(tx, target);
  if (existing === undefined) {
    await tx
      .insertInto('outboxPause')
      .values({ target, reason, pausedBy: by, pausedAt: new Date(nowMs) })
      .execute();
    await returnToPending(tx, target);
  }
  const pause = existing ?? (await activePause(tx, target));
  if (pause === undefined) throw new Error('The pause was not found in the transaction that inserted it');
  const { rows } = await sql<{ count: string }>`SELECT count(*) AS count FROM outbox_message
    WHERE state = 'sending' AND ${target} = ANY(${targets})`.execute(tx);
  return { pause, alreadyPaused: existing !== undefined, inProgress: Number(rows[0]?.count ?? 0), immediate };
}

/** Ends a pause and notifies workers. Returns null when the target is not paused. */
export async function resumeSending(
  tx: Tx,
  { target, by, nowMs }: { target: string; by: string; nowMs: number },
): Promise<Pause | null> {
  const ended = await tx
    .updateTable('outboxPause')
    .set({ resumedBy: by, resumedAt: new Date(nowMs) })
    .where('target', '=', target)
    .where('resumedAt', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (ended === undefined) return null;
  await returnToPending(tx, target);
  await notifyOutbox(tx, 'messages');
  return ended;
}

/** The active pauses, the oldest first. */
export function activePauses(executor: Executor): Promise<Pause[]> {
  return executor
    .selectFrom('outboxPause')
    .selectAll()
    .where('resumedAt', 'is', null)
    .orderBy('pausedAt')
    .execute();
}

/** The ended pauses, the newest first. */
export function endedPauses(executor: Executor, limit: number): Promise<Pause[]> {
  return executor
    .selectFrom('outboxPause')
    .selectAll()
    .where('resumedAt', 'is not', null)
    .orderBy('resumedAt', 'desc')
    .limit(limit)
    .execute();
}

function activePause(tx: Tx, target: string): Promise<Pause | undefined> {
  return tx
    .selectFrom('outboxPause')
    .selectAll()
    .where('target', '=', target)
    .where('resumedAt', 'is', null)
    .executeTakeFirst();
}

/**
 * Makes enqueued messages pending again, under the next generation. Otherwise a job that wakes a worker during the
 * pause would be consumed without effect, and the message would not be sent after the pause.
 */
async function returnToPending(tx: Tx, target: string): Promise<void> {
  await sql`WITH mine AS (SELECT id FROM outbox_message WHERE state = 'enqueued' AND ${target} = ANY(${targets})
      ORDER BY id FOR UPDATE)
    UPDATE outbox_message SET state = 'pending', generation = generation + 1
    FROM mine WHERE outbox_message.id = mine.id`.execute(tx);
}

/**
 * Waits for all running statements that change messages, and blocks later ones until this transaction ends. Those
 * take their snapshot after they acquire the table lock, so they see this pause. Returns false on a lock timeout.
 */
async function barrier(tx: Tx, barrierMs: number): Promise<boolean> {
  await sql`SAVEPOINT barrier`.execute(tx);
  try {
    await sql`SET LOCAL lock_timeout = ${sql.lit(barrierMs)}`.execute(tx);
    await sql`LOCK TABLE outbox_message IN SHARE ROW EXCLUSIVE MODE`.execute(tx);
    return true;
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    await sql`ROLLBACK TO SAVEPOINT barrier`.execute(tx);
    return false;
  } finally {
    await sql`SET LOCAL lock_timeout = 0`.execute(tx).catch(() => {});
  }
}
