import { sql } from 'kysely';
import type { Db } from '../../database/connect.ts';
import type { Tx } from '../../database/transaction.ts';
import { notifyOutbox } from '../notify.ts';

/** How long an applied invalidation is kept, in ms, to be applied again when the cache's server turns out to be an older one. */
export const invalidationRetentionMs = 120_000;

/** Stands in a row for everything of the namespace: a row has at least one tag. No tag is called so. */
const everything = '*';

/**
 * Writes in the transaction of a change what caches have to forget: if this process dies after its commit, another one's
 * relay does it. No tags stand for everything of the scope. Returns the row's id, for markInvalidationsApplied.
 */
export async function enqueueInvalidation(
  tx: Tx,
  namespace: string,
  tags: readonly string[],
): Promise<string> {
  const { id } = await tx
    .insertInto('outboxInvalidation')
    .values({ namespace, tags: tags.length === 0 ? [everything] : [...tags] })
    .returning('id')
    .executeTakeFirstOrThrow();
  await notifyOutbox(tx, 'invalidations');
  return id;
}

/** Notes that they took effect. Whoever wrote them and applied them itself saves the relay the work. */
export async function markInvalidationsApplied(db: Db, ids: readonly string[]): Promise<void> {
  await db
    .updateTable('outboxInvalidation')
    .set({ appliedAt: sql`clock_timestamp()` })
    .where('id', 'in', [...ids])
    .where('appliedAt', 'is', null)
    .execute();
}

export type PendingInvalidation = { id: string; namespace: string; tags: string[] };

/** The tags of several rows of one scope as the cache takes them: none stand for everything. */
export function tagsOfRows(rows: readonly PendingInvalidation[]): string[] {
  const tags = new Set(rows.flatMap((row) => row.tags));
  return tags.has(everything) ? [] : [...tags];
}

/** Those not applied yet and older than `ageMs`, at most `limit`; found by their state, since commits come out of order. */
export function pendingInvalidations(db: Db, ageMs: number, limit: number): Promise<PendingInvalidation[]> {
  return db
    .selectFrom('outboxInvalidation')
    .select(['id', 'namespace', 'tags'])
    .where('appliedAt', 'is', null)
    .where(sql<boolean>`created_at <= clock_timestamp() - ${ageMs} * interval '1 ms'`)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Makes those pending again that were applied in the last `ms`. Returns how many. */
export async function reopenInvalidations(db: Db, ms: number): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('outboxInvalidation')
    .set({ appliedAt: null })
    .where(sql<boolean>`applied_at >= clock_timestamp() - ${ms} * interval '1 ms'`)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Removes those that were applied longer ago than they are kept. */
export async function removeOldInvalidations(db: Db): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('outboxInvalidation')
    .where(sql<boolean>`applied_at < clock_timestamp() - ${invalidationRetentionMs} * interval '1 ms'`)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
