/**
 * Runs scheduled tasks. PostgreSQL stores the due time and the lease of each task, so that only one worker runs it,
 * and data loss in Redis skips no run. A task that became due while no worker was running runs once when a worker
 * starts.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '@bookedbarber/redis-tier/core';
import { type Loop, startLoop } from '@bookedbarber/redis-tier/jobs';
import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';

export type ScheduledTask = {
  name: string;
  /** Time from the end of a run to the next run, in ms. */
  everyMs: number;
  /** Resolves with the outcome as text. `signal` is aborted when the worker stops or loses the lease. */
  run(signal: AbortSignal): Promise<string>;
};

export type SchedulerOptions = {
  db: Db;
  clock: Clock;
  tasks: readonly ScheduledTask[];
  onError: (error: unknown) => void;
  /** How often the table is polled, in ms. */
  pollIntervalMs?: number;
  /** Duration of the lease, in ms. It is renewed while the task runs. */
  leaseMs?: number;
};

export type Scheduler = Pick<Loop, 'wake' | 'stop'>;

/** Maximum length of a stored outcome, which operators see. */
const maxOutcomeLength = 300;

/** Polls immediately and then at each interval. `stop` aborts the running tasks and waits for them. */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const { db, clock, tasks, onError, pollIntervalMs = 10_000, leaseMs = 60_000 } = options;
  const stopping = new AbortController();

  async function claim({ name }: ScheduledTask, token: string): Promise<boolean> {
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
    if (numUpdatedRows === 0n) lost.abort(new Error('another worker has taken over the task'));
  }

  async function runOne(task: ScheduledTask): Promise<void> {
    const token = randomUUID();
    if (!(await claim(task, token))) return;
    const lost = new AbortController();
    const renewal = setInterval(() => void renew(token, lost).catch(onError), leaseMs / 3).unref();
    let end: { outcome: string; failed: boolean };
    try {
      const outcome = await task.run(AbortSignal.any([stopping.signal, lost.signal]));
      end = { outcome, failed: false };
    } catch (error) {
      // An abort because the worker stops is not an error.
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
        outcome: end.outcome.slice(0, maxOutcomeLength),
        failed: end.failed,
      })
      .where('claimToken', '=', token)
      .execute();
  }

  let registered: Promise<void> | undefined;
  async function poll(task: ScheduledTask): Promise<void> {
    registered ??= registerTasks(db, tasks, clock.nowMs());
    try {
      await registered;
    } catch (error) {
      registered = undefined;
      throw error;
    }
    if (!stopping.signal.aborted) await runOne(task);
  }

  // One loop per task, so that a long task does not delay the others.
  const loops = tasks.map((task) => startLoop(() => poll(task), { everyMs: pollIntervalMs, onError }));
  return {
    wake() {
      for (const loop of loops) loop.wake();
    },
    async stop() {
      stopping.abort(new Error('the worker is stopping'));
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

/** Inserts new tasks, which are due immediately, and deletes tasks that no longer exist. */
async function registerTasks(db: Db, tasks: readonly ScheduledTask[], nowMs: number): Promise<void> {
  const names = tasks.map(({ name }) => name);
  await sql`INSERT INTO scheduled_task (name, due_at)
    SELECT name, ${new Date(nowMs)} FROM unnest(${names}::text[]) AS task (name)
    ON CONFLICT (name) DO NOTHING`.execute(db);
  await db.deleteFrom('scheduledTask').where('name', 'not in', names).execute();
}
