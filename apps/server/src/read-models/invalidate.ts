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
 * Makes caches forget what a transaction changes: after its commit by this process, and by any process's relay when this
 * one dies before it could, since what is to be forgotten is written down in the transaction itself.
 */
export type Invalidate = ReturnType<typeof createInvalidate>;

export function createInvalidate({ db, cache, clock }: { db: Db; cache: ServerCache; clock: Clock }) {
  async function invalidate(tx: Tx, namespace: string, names: readonly string[]): Promise<void> {
    const id = await enqueueInvalidation(tx, namespace, names);
    afterCommit(tx, async () => {
      const { applied } = await cache.invalidate(namespace, names);
      // Not waited for: the relay does it again otherwise, which costs a load and is never wrong.
      if (applied) markInvalidationsApplied(db, [id]).catch(() => {});
    });
  }
  return {
    /** Tags of any scope; none stand for everything of it. */
    tags: invalidate,

    /** Figures that were kept of a shop's past, all of them: much of it has changed. */
    figures: deleteAllRolledDays,

    /** Times of a shop's book that were taken, given back, or settled. Figures that were kept of them go too. */
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
