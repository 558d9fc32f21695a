/**
 * Work that comes again: PostgreSQL holds when each task is due and who has it, so a fleet of workers runs each once, and
 * nothing that Redis forgets makes a night be missed. A task that was due while no worker ran is run once when one does.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '@bookedbarber/redis-tier/core';
import { type Loop, startLoop } from '@bookedbarber/redis-tier/jobs';
import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';

export type ScheduledTask = {
  name: string;
  /** From the end of a run to the next one, in ms. */
  everyMs: number;
  /** Resolves with what it came to, in words. `signal` is aborted when the worker stops or the task is no longer its own. */
  run(signal: AbortSignal): Promise<string>;
};

export type SchedulerOptions = {
  db: Db;
  clock: Clock;
  tasks: readonly ScheduledTask[];
  onError: (error: unknown) => void;
  /** How often the table is looked at, in ms. */
  pollIntervalMs?: number;
  /** A worker that falls silent loses its task after this, in ms. It is renewed while the task runs. */
  leaseMs?: number;
};

export type Scheduler = Pick<Loop, 'wake' | 'stop'>;

/** Reasons are shown to operators: never the whole of a long one. */
const maxCharacters = 300;

/** Looks at once, and then again and again. `stop` waits for the task under way, which is told. */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const { db, clock, tasks, onError, pollIntervalMs = 10_000, leaseMs = 60_000 } = options;
  const stopping = new AbortController();

  async function take({ name }: ScheduledTask, token: string): Promise<boolean> {
    const now = new Date(clock.nowMs());
    const { numUpdatedRows } = await db
      .updateTable('scheduledTask')
      .set({ claimToken: token, claimedUntil: new Date(clock.nowMs() + leaseMs), startedAt: now })
      .where('name', '=', name)
      .where('dueAt', '<=', now)
      .where((eb) => eb.or([eb('claimedUntil', 'is', null), eb('claimedUntil', '<', now)]))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async function renew(token: string, lost: AbortController): Promise<void> {
    const { numUpdatedRows } = await db
      .updateTable('scheduledTask')
      .set({ claimedUntil: new Date(clock.nowMs() + leaseMs) })
      .where('claimToken', '=', token)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) lost.abort(new Error('another worker has taken the task over'));
  }

  async function runOne(task: ScheduledTask): Promise<void> {
    const token = randomUUID();
    if (!(await take(task, token))) return;
    const lost = new AbortController();
    const renewal = setInterval(() => void renew(token, lost).catch(onError), leaseMs / 3).unref();
    let end: { outcome: string; failed: boolean };
    try {
      const outcome = await task.run(AbortSignal.any([stopping.signal, lost.signal]));
      end = { outcome, failed: false };
    } catch (error) {
      // A task that ends because the worker stops is no error.
      if (error !== stopping.signal.reason) onError(error);
      end = { outcome: error instanceof Error ? error.message : String(error), failed: true };
    } finally {
      clearInterval(renewal);
    }
    const nowMs = clock.nowMs();
    await db
      .updateTable('scheduledTask')
      .set({
        claimToken: null,
        claimedUntil: null,
        endedAt: new Date(nowMs),
        dueAt: new Date(nowMs + task.everyMs),
        outcome: end.outcome.slice(0, maxCharacters),
        failed: end.failed,
      })
      .where('claimToken', '=', token)
      .execute();
  }

  let known: Promise<void> | undefined;
  async function look(task: ScheduledTask): Promise<void> {
    known ??= makeKnown(db, tasks, clock.nowMs());
    try {
      await known;
    } catch (error) {
      known = undefined;
      throw error;
    }
    if (!stopping.signal.aborted) await runOne(task);
  }

  // Each on its own: a long one keeps no other waiting.
  const loops = tasks.map((task) => startLoop(() => look(task), { everyMs: pollIntervalMs, onError }));
  return {
    wake() {
      for (const loop of loops) loop.wake();
    },
    async stop() {
      stopping.abort(new Error('the worker stops'));
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

/** A task that is new is due at once; one that no longer exists is no longer shown. */
async function makeKnown(db: Db, tasks: readonly ScheduledTask[], nowMs: number): Promise<void> {
  const names = tasks.map(({ name }) => name);
  await sql`INSERT INTO scheduled_task (name, due_at)
    SELECT name, ${new Date(nowMs)} FROM unnest(${names}::text[]) AS task (name)
    ON CONFLICT (name) DO NOTHING`.execute(db);
  await db.deleteFrom('scheduledTask').where('name', 'not in', names).execute();
}
