import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome } from '@bookedbarber/redis-tier/jobs';
import { sql } from 'kysely';
import type { Db } from '../../database/connect.ts';
import { createBatcher } from './statement-batches.ts';

export type SendRateOptions = {
  db: Db;
  /** Who takes only so many, such as mail. */
  channel: string;
  /** Messages a second that all processes together send. */
  perSecond: number;
};

/** Longest wait with a message in hand, in ms; whose turn comes later gives it back until then. */
const maxWaitMs = 5000;
/** Turns of one statement. */
const most = 100;

export type SendRate = ReturnType<typeof createSendRate>;

/**
 * Keeps a whole fleet to the rate of a provider. The turns are given by one row of PostgreSQL and its clock: what Redis
 * forgets changes no rate. Turns are evenly spaced, so there is no burst.
 */
export function createSendRate({ db, channel, perSecond }: SendRateOptions) {
  const stepMs = 1000 / perSecond;
  const ms = sql`interval '1 ms'`;

  const reserveSendTime = createBatcher(most, async (calls: readonly null[]): Promise<(number | null)[]> => {
    const span = sql`${calls.length * stepMs}::float8 * ${ms}`;
    const { rows } = await sql<{ waitMs: number }>`
      INSERT INTO send_rate (channel, next_at) VALUES (${channel}, clock_timestamp() + ${span})
      ON CONFLICT (channel) DO UPDATE SET next_at = greatest(send_rate.next_at, clock_timestamp()) + ${span}
        WHERE send_rate.next_at <= clock_timestamp() + ${maxWaitMs}::float8 * ${ms}
      RETURNING extract(epoch FROM next_at - ${span} - clock_timestamp())::float8 * 1000 AS wait_ms`.execute(
      db,
    );
    const [first] = rows;
    return calls.map((_, index) => (first === undefined ? null : Math.max(0, first.waitMs + index * stepMs)));
  });

  return {
    /** How long to wait for the next turn, in ms; null: longer than anybody may wait, and none was taken. */
    reserveSendTime: () => reserveSendTime(null),

    /** Waits for a turn; an outcome when it is too far off. Rejects with the signal's reason when that is aborted. */
    async wait(signal: AbortSignal, nowMs: () => number): Promise<Outcome | null> {
      const waitMs = await reserveSendTime(null);
      if (waitMs === null) {
        // Not all at the same moment.
        const dueMs = nowMs() + maxWaitMs * (1 + Math.random());
        return { kind: 'postponed', dueMs, reason: `${channel} takes ${perSecond} a second` };
      }
      await delay(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      return null;
    },
  };
}
