import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { createMessageStore } from '../outbox/message-store.ts';
import { messageLateMs } from './alert-thresholds.ts';

/** How many messages stand where, how many should have been sent by now, and how late the latest of these is. */
export type OutboxCounts = { states: Record<string, number>; late: number; lagMs: number };

export type OutboxWatch = ReturnType<typeof watchOutbox>;

const states = ['pending', 'handed', 'sending', 'sent', 'failed', 'dead', 'unknown', 'cancelled'];
const keptMs = 5000;
/** A database that is away holds up no report. */
const answerWithinMs = 1000;

/** Counts the messages of the outbox, once in five seconds at the most however often it is asked. */
export function watchOutbox({ db, clock }: Pick<Context, 'db' | 'clock'>) {
  const store = createMessageStore(db);
  let counting: Promise<OutboxCounts> | null = null;
  let countedMs = Number.NEGATIVE_INFINITY;

  async function count(): Promise<OutboxCounts> {
    const none = Object.fromEntries(states.map((state) => [state, 0]));
    const counts = { ...none, ...(await store.counts()) };
    const nowMs = clock.nowMs();
    const lateSince = new Date(nowMs - messageLateMs);
    const { rows } = await sql<{ late: string; due: Date | null }>`
      SELECT count(*) FILTER (WHERE due_at < ${lateSince}) AS late, min(due_at) AS due FROM outbox_message
      WHERE state IN ('pending', 'handed') AND due_at < ${new Date(nowMs)}`.execute(db);
    const { late = 0, due = null } = rows[0] ?? {};
    return { states: counts, late: Number(late), lagMs: due === null ? 0 : nowMs - due.getTime() };
  }

  return {
    /** Null when the database does not answer within a second. */
    async counts(): Promise<OutboxCounts | null> {
      if (counting === null || performance.now() - countedMs > keptMs) {
        countedMs = performance.now();
        counting = count();
        counting.catch(() => {
          counting = null;
        });
      }
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<null>((resolve) => {
        timer = setTimeout(() => resolve(null), answerWithinMs);
      });
      const counted = counting.catch(() => null);
      return Promise.race([counted, late]).finally(() => clearTimeout(timer));
    },
  };
}
