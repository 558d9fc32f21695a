import { sql } from 'kysely';
import { idempotencyRetentionHours } from '../http/idempotency.ts';
import type { Context } from '../main/context.ts';

const hourMs = 3_600_000;
/** Rows of one statement: a large backlog is cleared in steps, so that nobody waits for it. */
const batch = 1000;

/** Removes what has had its time: ended holds, and answers kept for requests that nobody will send again. Rows that a booking holds
 * at this moment are left to the next round. */
export async function cleanUp({ db, clock }: Pick<Context, 'db' | 'clock'>) {
  const now = new Date(clock.nowMs());
  const pendingSince = new Date(clock.nowMs() - idempotencyRetentionHours * hourMs);
  const holds = await inBatches(() =>
    sql`DELETE FROM booking WHERE id IN (
      SELECT id FROM booking WHERE status = 'held' AND held_until <= ${now} LIMIT ${batch} FOR UPDATE SKIP LOCKED
    )`.execute(db),
  );
  const answers = await inBatches(() =>
    sql`DELETE FROM idempotency_record WHERE (scope, key) IN (
      SELECT scope, key FROM idempotency_record WHERE created_at < ${pendingSince} LIMIT ${batch} FOR UPDATE SKIP LOCKED
    )`.execute(db),
  );
  return { holds, answers };
}

async function inBatches(step: () => Promise<{ numAffectedRows?: bigint }>): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = Number((await step()).numAffectedRows ?? 0n);
    total += removed;
    if (removed < batch) return total;
  }
}
