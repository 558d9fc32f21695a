import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';

/** How long it can be seen what became of a message. */
const messageRetentionDays = 90;

const dayMs = 86_400_000;
const batch = 1000;

/** Removes messages that ended long ago, in steps. What has not ended stays, however old. */
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
