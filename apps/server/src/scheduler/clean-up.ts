import { sql } from 'kysely';
import { idempotencyRetentionHours } from '../http/idempotency.ts';
import type { Context } from '../main/context.ts';

const hourMs = 3_600_000;
/** Maximum rows per statement, so that a large backlog does not block other transactions. */
const batch = 1000;

/** Deletes expired holds and expired idempotency records. The next run deletes the rows that are locked now. */
export async function cleanUp({ db, clock }: Pick<Context, 'db' | 'clock'>) {
  const now = new Date(clock.nowMs());
  const oldestRetained = new Date(clock.nowMs() - idempotencyRetentionHours * hourMs);
  const holds = await inBatches(() =>
    sql`DELETE FROM booking WHERE id IN (
      SELECT id FROM booking WHERE status = 'held' AND held_until <= ${now} LIMIT ${batch} FOR UPDATE SKIP LOCKED
    )`.execute(db),
  );
  const idempotencyRecords = await inBatches(() =>
    sql`DELETE FROM idempotency_record WHERE (scope, key) IN (
      SELECT scope, key FROM idempotency_record WHERE created_at < ${oldestRetained} LIMIT ${batch} FOR UPDATE SKIP LOCKED
    )`.execute(db),
  );
  return { holds, idempotencyRecords };
}

async function inBatches(step: () => Promise<{ numAffectedRows?: bigint }>): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = Number((await step()).numAffectedRows ?? 0n);
    total += removed;
    if (removed < batch) return total;
  }
}
