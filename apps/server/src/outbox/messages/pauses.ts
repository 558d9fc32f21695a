/**
 * Pauses of sending. They stand in PostgreSQL, where each claim and each hand-over reads them: whoever sends, by the queue or
 * without it, keeps to them, and nothing that Redis forgets starts anything again.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '../../database/connect.ts';
import { isLockTimeout } from '../../database/errors.ts';
import type { Tx } from '../../database/transaction.ts';
import { notifyOutbox } from '../notify.ts';

export type Pause = {
  /** all, or kind:NAME. Which way a message goes is decided when it is sent, so there are no pauses of a way. */
  target: string;
  reason: string;
  pausedBy: string;
  pausedAt: Date;
  resumedBy: string | null;
  resumedAt: Date | null;
};

/** By what names the messages of a row are paused. */
const names = sql`ARRAY['all', 'kind:' || outbox_message.kind]`;
/** One row, read once for a statement. */
const paused = sql`(SELECT coalesce(array_agg(target), '{}') FROM outbox_pause WHERE resumed_at IS NULL)`;

/** Of the rows of outbox_message, those that no pause holds. */
export const notPaused: RawBuilder<boolean> = sql<boolean>`NOT ${paused} && ${names}`;
/** Whether anything may be sent at all: decided before any message is looked at. */
export const notAllPaused: RawBuilder<boolean> = sql<boolean>`NOT ${paused} && ARRAY['all']`;

export type Paused = {
  pause: Pause;
  /** Whether it was paused already: then it goes on for the reason that was given first. */
  alreadyPaused: boolean;
  /** Messages that were being sent at that moment: these are finished. */
  inProgress: number;
  /** Whether no claim that began before can commit any more. If not, those that are under way still do. */
  atOnce: boolean;
};

export type NewPause = {
  target: string;
  reason: string;
  by: string;
  nowMs: number;
  /** Longest wait for statements that began before the pause, in ms: bookings wait behind it. Default 2000. */
  barrierMs?: number;
};

/**
 * Pauses the sending of what `what` names. The lock makes claims that are under way commit first and has later ones begin
 * after this transaction: none of either sort slips through. When it is not to be had, because somebody holds messages for
 * long, the pause holds all the same, for every claim that begins afterwards.
 */
export async function pauseSending(
  tx: Tx,
  { target: what, reason, by, nowMs, barrierMs = 2000 }: NewPause,
): Promise<Paused> {
  const atOnce = await barrier(tx, barrierMs);
  const known = await present(tx, what);
  if (known === undefined) {
    await tx
      .insertInto('outboxPause')
      .values({ target: what, reason, pausedBy: by, pausedAt: new Date(nowMs) })
      .execute();
    await takeBack(tx, what);
  }
  const pause = known ?? (await present(tx, what));
  if (pause === undefined) throw new Error('a pause is gone in its own transaction');
  const { rows } = await sql<{ count: string }>`SELECT count(*) AS count FROM outbox_message
    WHERE state = 'sending' AND ${what} = ANY(${names})`.execute(tx);
  return { pause, alreadyPaused: known !== undefined, inProgress: Number(rows[0]?.count ?? 0), atOnce };
}

/** Ends a pause and wakes those who send; null when there was none. */
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
  await takeBack(tx, target);
  await notifyOutbox(tx, 'messages');
  return ended;
}

/** The pauses that hold, the oldest first. */
export function presentPauses(executor: Executor): Promise<Pause[]> {
  return executor
    .selectFrom('outboxPause')
    .selectAll()
    .where('resumedAt', 'is', null)
    .orderBy('pausedAt')
    .execute();
}

/** The pauses that ended, the newest first. */
export function endedPauses(executor: Executor, limit: number): Promise<Pause[]> {
  return executor
    .selectFrom('outboxPause')
    .selectAll()
    .where('resumedAt', 'is not', null)
    .orderBy('resumedAt', 'desc')
    .limit(limit)
    .execute();
}

function present(tx: Tx, target: string): Promise<Pause | undefined> {
  return tx
    .selectFrom('outboxPause')
    .selectAll()
    .where('target', '=', target)
    .where('resumedAt', 'is', null)
    .executeTakeFirst();
}

/**
 * What the queue has of them is pending again, under the next generation: its ring may come during the pause and would not
 * come again.
 */
async function takeBack(tx: Tx, target: string): Promise<void> {
  await sql`WITH mine AS (SELECT id FROM outbox_message WHERE state = 'enqueued' AND ${target} = ANY(${names})
      ORDER BY id FOR UPDATE)
    UPDATE outbox_message SET state = 'pending', generation = generation + 1
    FROM mine WHERE outbox_message.id = mine.id`.execute(tx);
}

/**
 * Waits until every statement that changes messages and began before has ended, and holds up later ones until this transaction
 * ends. They take their picture of the pauses after they have the table, so they see this one.
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
