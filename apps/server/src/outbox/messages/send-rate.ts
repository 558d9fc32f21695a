import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome } from '@bookedbarber/redis-tier/jobs';
import { createBatcher } from '@bookedbarber/redis-tier/postgres';
import { sql } from 'kysely';
import type { Db } from '../../database/connect.ts';

export type SendRateOptions = {
  db: Db;
  /** The limited channel, such as `mail`. */
  channel: string;
  /** Maximum messages per second of all processes together. */
  perSecond: number;
};

/** Longest wait with a leased message, in ms; a message with a later turn is postponed. */
const maxWaitMs = 5000;
/** Maximum turns per statement. */
const maxBatch = 100;

export type SendRate = ReturnType<typeof createSendRate>;

/**
 * Limits all processes together to the rate of a provider. One row in PostgreSQL assigns the turns, by the database
 * clock, so data loss in Redis does not affect the rate. Turns are evenly spaced, without bursts.
 */
export function createSendRate({ db, channel, perSecond }: SendRateOptions) {
  const stepMs = 1000 / perSecond;
  const ms = sql`interval '1 ms'`;

  const reserveSendTime = createBatcher(
    maxBatch,
    async (calls: readonly null[]): Promise<(number | null)[]> => {
      const span = sql`${calls.length * stepMs}::float8 * ${ms}`;
      const { rows } = await sql<{ waitMs: number }>`
      INSERT INTO send_rate (channel, next_at) VALUES (${channel}, clock_timestamp() + ${span})
      ON CONFLICT (channel) DO UPDATE SET next_at = greatest(send_rate.next_at, clock_timestamp()) + ${span}
        WHERE send_rate.next_at <= clock_timestamp() + ${maxWaitMs}::float8 * ${ms}
      RETURNING extract(epoch FROM next_at - ${span} - clock_timestamp())::float8 * 1000 AS wait_ms`.execute(
        db,
      );
      const [first] = rows;
      return calls.map((_, index) =>
        first === undefined ? null : Math.max(0, first.waitMs + index * stepMs),
      );
    },
  );

  return {
    /**
     * Reserves a turn and returns the time until it, in ms. Returns null, without a reservation, when the wait would
     * be too long.
     */
    reserveSendTime: () => reserveSendTime(null),

    /**
     * Waits for a turn. Returns `postponed` when the wait would be too long. Rejects with the signal's reason on
     * abort.
     */
    async wait(signal: AbortSignal, nowMs: () => number): Promise<Outcome | null> {
      const waitMs = await reserveSendTime(null);
      if (waitMs === null) {
        // Jitter spreads the retries.
        const dueMs = nowMs() + maxWaitMs * (1 + Math.random());
        return { kind: 'postponed', dueMs, reason: `${channel} is limited to ${perSecond} per second` };
      }
      await delay(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      return null;
    },
  };
}
