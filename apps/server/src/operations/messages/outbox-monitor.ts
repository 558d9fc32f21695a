import { sql } from 'kysely';
import type { Context } from '../../main/context.ts';
import { createMessageStore } from '../../outbox/messages/message-store.ts';
import { notPaused, type Pause, presentPauses } from '../../outbox/messages/pauses.ts';
import { readWorkers, type WorkerReport } from '../../outbox/messages/worker-reports.ts';
import { messageLateMs } from '../alerts/alert-thresholds.ts';

export type OutboxCounts = {
  /** How many messages stand where. */
  states: Record<string, number>;
  /** How many should have been sent by now and are not held by a pause. */
  late: number;
  /** Since when the oldest due message waits that no pause holds, in ms. */
  lagMs: number;
  /** Due messages that a pause holds. */
  held: number;
  /** The pauses that hold. */
  pauses: readonly Pause[];
  /** The workers that live. */
  workers: readonly WorkerReport[];
  /** How those ended that ended in the last five minutes. */
  endedRecently: Record<string, number>;
  /** What comes again by itself, with its newest run. */
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
const ended = ['sent', 'failed', 'dead', 'cancelled'];
const recentMs = 300_000;

/** Counts the messages of the outbox, as shipped once in five seconds at most however often it is asked. */
export function createOutboxCounts({ db, clock, timing }: Pick<Context, 'db' | 'clock' | 'timing'>) {
  const store = createMessageStore(db);
  let counting: Promise<OutboxCounts> | null = null;
  let countedMs = Number.NEGATIVE_INFINITY;

  async function count(): Promise<OutboxCounts> {
    const none = Object.fromEntries(states.map((state) => [state, 0]));
    const counts = { ...none, ...(await store.counts()) };
    const nowMs = clock.nowMs();
    const lateSince = new Date(nowMs - messageLateMs);
    const due = await sql<{ late: string; held: string; oldest: Date | null }>`
      SELECT count(*) FILTER (WHERE due_at < ${lateSince} AND ${notPaused}) AS late,
        count(*) FILTER (WHERE NOT (${notPaused})) AS held, min(due_at) FILTER (WHERE ${notPaused}) AS oldest
      FROM outbox_message WHERE state IN ('pending', 'enqueued') AND due_at <= ${new Date(nowMs)}`.execute(
      db,
    );
    const { late = '0', held = '0', oldest = null } = due.rows[0] ?? {};
    const recent = await sql<{ state: string; count: string }>`
      SELECT state, count(*) AS count FROM outbox_message
      WHERE finished_at > ${new Date(nowMs - recentMs)} GROUP BY state`.execute(db);
    const tasks = await db.selectFrom('scheduledTask').selectAll().orderBy('name').execute();
    return {
      states: counts,
      late: Number(late),
      lagMs: oldest === null ? 0 : nowMs - oldest.getTime(),
      held: Number(held),
      pauses: await presentPauses(db),
      workers: await readWorkers(db),
      endedRecently: {
        ...Object.fromEntries(ended.map((state) => [state, 0])),
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
    /** What was counted is older than what has just been done. */
    forget(): void {
      counting = null;
    },

    /** Null when the database does not answer within `outboxWithinMs`, as shipped a second. */
    async counts(): Promise<OutboxCounts | null> {
      if (counting === null || performance.now() - countedMs > timing.outboxCountsMs) {
        countedMs = performance.now();
        counting = count();
        counting.catch(() => {
          counting = null;
        });
      }
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<null>((resolve) => {
        timer = setTimeout(() => resolve(null), timing.outboxWithinMs);
      });
      const counted = counting.catch(() => null);
      return Promise.race([counted, late]).finally(() => clearTimeout(timer));
    },
  };
}
