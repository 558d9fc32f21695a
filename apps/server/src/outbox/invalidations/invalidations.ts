import { sql } from 'kysely';
import type { Db } from '../../database/connect.ts';
import type { Tx } from '../../database/transaction.ts';
import { notifyOutbox } from '../notify.ts';

/** Retention of applied invalidations, in ms. They are reapplied after a failover to a replica that may lack them. */
export const invalidationRetentionMs = 120_000;

/**
 * The tag of a row that invalidates the whole namespace, because a row needs at least one tag. It is not a valid
 * cache tag.
 */
const everything = '*';

/**
 * Records an invalidation in the transaction of a change: if this process exits after the commit, the relay of
 * another process applies it. An empty list of tags invalidates the whole namespace. Returns the row's id, for
 * markInvalidationsApplied.
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

/** Marks invalidations as applied, so that the relay skips them. */
export async function markInvalidationsApplied(db: Db, ids: readonly string[]): Promise<void> {
  await db
    .updateTable('outboxInvalidation')
    .set({ appliedAt: sql`clock_timestamp()` })
    .where('id', 'in', [...ids])
    .where('appliedAt', 'is', null)
    .execute();
}

export type PendingInvalidation = { id: string; namespace: string; tags: string[] };

export function byNamespace(rows: readonly PendingInvalidation[]): Map<string, PendingInvalidation[]> {
  const groups = new Map<string, PendingInvalidation[]>();
  for (const row of rows) {
    const group = groups.get(row.namespace);
    if (group === undefined) groups.set(row.namespace, [row]);
    else group.push(row);
  }
  return groups;
}

/** Merges the tags of several rows of one namespace; an empty list invalidates the whole namespace. */
export function tagsOfRows(rows: readonly PendingInvalidation[]): string[] {
  const tags = new Set(rows.flatMap((row) => row.tags));
  return tags.has(everything) ? [] : [...tags];
}

/**
 * Up to `limit` unapplied invalidations older than `ageMs`. The query filters by state, not by id, because ids commit
 * out of order.
 */
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

/**
 * The latest `limit` invalidations of the last `ms`, before the one with the id `beforeId`, applied or not. Applied ones
 * are kept for two minutes.
 */
export function invalidationsOfLast(
  db: Db,
  ms: number,
  limit: number,
  beforeId?: string,
): Promise<PendingInvalidation[]> {
  const query = db
    .selectFrom('outboxInvalidation')
    .select(['id', 'namespace', 'tags'])
    .where(sql<boolean>`created_at >= clock_timestamp() - ${ms} * interval '1 ms'`)
    .orderBy('id', 'desc')
    .limit(limit);
  return (beforeId === undefined ? query : query.where('id', '<', beforeId)).execute();
}

/** Marks the invalidations of the last `ms` as pending again. Returns their number. */
export async function reopenInvalidations(db: Db, ms: number): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('outboxInvalidation')
    .set({ appliedAt: null })
    .where(sql<boolean>`applied_at >= clock_timestamp() - ${ms} * interval '1 ms'`)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Deletes applied invalidations after their retention period. */
export async function removeOldInvalidations(db: Db): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('outboxInvalidation')
    .where(sql<boolean>`applied_at < clock_timestamp() - ${invalidationRetentionMs} * interval '1 ms'`)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
