import { sql } from 'kysely';
import type { Context } from '../../main/context.ts';
import { createMessageStore } from '../../outbox/messages/message-store.ts';
import { activePauses, notPaused, type Pause } from '../../outbox/messages/pauses.ts';
import { readWorkers, type WorkerReport } from '../../outbox/messages/worker-reports.ts';
import { messageLateMs } from '../alerts/alert-thresholds.ts';

export type OutboxCounts = {
  /** Messages by state. */
  states: Record<string, number>;
  /** Messages that are overdue and not paused. */
  late: number;
  /** Time since the oldest due message that is not paused became due, in ms. */
  lagMs: number;
  /** Due messages that are paused. */
  paused: number;
  /** The active pauses. */
  pauses: readonly Pause[];
  /** The running workers. */
  workers: readonly WorkerReport[];
  /** Messages finished in the last five minutes, by state. */
  endedRecently: Record<string, number>;
  /** The scheduled tasks, each with its latest run. */
  tasks: readonly TaskState[];
};

export type TaskState = {
  name: string;
  dueAt: Date;
  running: boolean;
  endedAt: Date | null;
  outcome: string | null;
  failed: boolean;
};

export type OutboxCountReader = ReturnType<typeof createOutboxCounts>;

const states = ['pending', 'enqueued', 'sending', 'sent', 'failed', 'dead', 'unknown', 'cancelled'];
const finalStates = ['sent', 'failed', 'dead', 'cancelled'];
const recentMs = 300_000;

/** Counts the messages of the outbox, at most once per `outboxCountsMs` (shipped: five seconds). */
export function createOutboxCounts({ db, clock, timing }: Pick<Context, 'db' | 'clock' | 'timing'>) {
  const store = createMessageStore(db);
  let counting: Promise<OutboxCounts> | null = null;
  let countedMs = Number.NEGATIVE_INFINITY;

  async function count(): Promise<OutboxCounts> {
    const none = Object.fromEntries(states.map((state) => [state, 0]));
    const counts = { ...none, ...(await store.counts()) };
    const nowMs = clock.nowMs();
    const lateSince = new Date(nowMs - messageLateMs);
    const due = await sql<{ late: string; paused: string; oldest: Date | null }>`
      SELECT count(*) FILTER (WHERE due_at < ${lateSince} AND ${notPaused}) AS late,
        count(*) FILTER (WHERE NOT (${notPaused})) AS paused, min(due_at) FILTER (WHERE ${notPaused}) AS oldest
      FROM outbox_message WHERE state IN ('pending', 'enqueued') AND due_at <= ${new Date(nowMs)}`.execute(
      db,
    );
    const { late = '0', paused = '0', oldest = null } = due.rows[0] ?? {};
    const recent = await sql<{ state: string; count: string }>`
      SELECT state, count(*) AS count FROM outbox_message
      WHERE finished_at > ${new Date(nowMs - recentMs)} GROUP BY state`.execute(db);
    const tasks = await db.selectFrom('scheduledTask').selectAll().orderBy('name').execute();
    return {
      states: counts,
      late: Number(late),
      lagMs: oldest === null ? 0 : nowMs - oldest.getTime(),
      paused: Number(paused),
      pauses: await activePauses(db),
      workers: await readWorkers(db),
      endedRecently: {
        ...Object.fromEntries(finalStates.map((state) => [state, 0])),
        ...Object.fromEntries(recent.rows.map((row) => [row.state, Number(row.count)])),
      },
      tasks: tasks.map(({ name, dueAt, claimedUntil, endedAt, outcome, failed }) => ({
        name,
        dueAt,
        running: claimedUntil !== null && claimedUntil.getTime() > nowMs,
        endedAt,
        outcome,
        failed,
      })),
    };
  }

  return {
    /** Discards the cached counts, after a change that they do not include. */
    invalidate(): void {
      counting = null;
    },

    /** Returns null when the database does not respond within `outboxWithinMs` (shipped: one second). */
    async counts(): Promise<OutboxCounts | null> {
      if (counting === null || performance.now() - countedMs > timing.outboxCountsMs) {
        countedMs = performance.now();
        counting = count();
        counting.catch(() => {
          counting = null;
        });
      }
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<null>((resolve) => {
        timer = setTimeout(() => resolve(null), timing.outboxWithinMs);
      });
      const counted = counting.catch(() => null);
      return Promise.race([counted, timeout]).finally(() => clearTimeout(timer));
    },
  };
}
