import type { Clock } from '@bookedbarber/redis-tier/core';
import { deleteAllRolledDays, deleteRolledDays } from '../analytics/rolled-days.ts';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { Db } from '../database/connect.ts';
import { afterCommit, type Tx } from '../database/transaction.ts';
import { enqueueInvalidation, markInvalidationsApplied } from '../outbox/invalidations/invalidations.ts';
import type { Interval } from '../time/intervals.ts';
import { shopNamespace, tags, tagsOfTime } from './namespaces-and-tags.ts';
import type { ServerCache } from './server-cache.ts';

/**
 * Invalidates cached data that a transaction changes. The transaction records the invalidation. This process applies it
 * after the commit. If the process dies before that, the relay of any process applies it.
 */
export type Invalidate = ReturnType<typeof createInvalidate>;

export function createInvalidate({ db, cache, clock }: { db: Db; cache: ServerCache; clock: Clock }) {
  async function invalidate(tx: Tx, namespace: string, names: readonly string[]): Promise<void> {
    const id = await enqueueInvalidation(tx, namespace, names);
    afterCommit(tx, async () => {
      const { applied } = await cache.invalidate(namespace, names);
      // Not awaited. If it fails, the relay invalidates again, which costs a load but is always safe.
      if (applied) markInvalidationsApplied(db, [id]).catch(() => {});
    });
  }
  return {
    /** Invalidates tags of a namespace; the whole namespace if there are none. */
    tags: invalidate,

    /** Deletes all rolled-up figures of a shop. */
    figures: deleteAllRolledDays,

    /** Invalidates data that depends on the given booked times, and deletes the rolled-up figures of their days. */
    async bookedTime(
      tx: Tx,
      shop: Pick<ShopRecord, 'id' | 'slug' | 'zone'>,
      times: readonly Interval[],
    ): Promise<void> {
      await deleteRolledDays(tx, shop, times, clock.nowMs());
      const names = times.flatMap((time) => tagsOfTime(shop.zone, time));
      await invalidate(tx, shopNamespace(shop.slug), [...new Set([tags.book, ...names])]);
    },
  };
}
