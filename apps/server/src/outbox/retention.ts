import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';

/** How long finished messages are retained. */
const messageRetentionDays = 90;

const dayMs = 86_400_000;
const batch = 1000;

/** Deletes messages that finished before the retention period, in batches. Unfinished messages are never deleted. */
export async function removeOldMessages(db: Db, nowMs: number): Promise<number> {
  const before = new Date(nowMs - messageRetentionDays * dayMs);
  let total = 0;
  for (;;) {
    const { numAffectedRows } = await sql`DELETE FROM outbox_message WHERE id IN (
      SELECT id FROM outbox_message WHERE finished_at < ${before} LIMIT ${batch} FOR UPDATE SKIP LOCKED
    )`.execute(db);
    const removed = Number(numAffectedRows ?? 0n);
    total += removed;
    if (removed < batch) return total;
  }
}
