import type { Clock } from '@bookedbarber/redis-tier/core';
import { forgetAllRolled, forgetRolled } from '../analytics/rolled-days.ts';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { Db } from '../database/connect.ts';
import { afterCommit, type Tx } from '../database/transaction.ts';
import { enqueueInvalidation, markInvalidationsApplied } from '../outbox/invalidations/invalidations.ts';
import type { Interval } from '../time/intervals.ts';
import { shopScope, tags, tagsOfTime } from './namespaces-and-tags.ts';
import type { ServerCache } from './server-cache.ts';

/**
 * Makes caches forget what a transaction changes: after its commit by this process, and by any process's relay when this
 * one dies before it could, since what is to be forgotten is written down in the transaction itself.
 */
export type Forget = ReturnType<typeof createForget>;

export function createForget({ db, cache, clock }: { db: Db; cache: ServerCache; clock: Clock }) {
  async function forget(tx: Tx, scope: string, names: readonly string[]): Promise<void> {
    const id = await enqueueInvalidation(tx, scope, names);
    afterCommit(tx, async () => {
      const { applied } = await cache.invalidate(scope, names);
      // Not waited for: the relay does it again otherwise, which costs a load and is never wrong.
      if (applied) markInvalidationsApplied(db, [id]).catch(() => {});
    });
  }
  return {
    /** Tags of any scope; none stand for everything of it. */
    tags: forget,

    /** Figures that were kept of a shop's past, all of them: much of it has changed. */
    figures: forgetAllRolled,

    /** Times of a shop's book that were taken, given back, or settled. Figures that were kept of them go too. */
    async bookedTime(
      tx: Tx,
      shop: Pick<ShopRecord, 'id' | 'slug' | 'zone'>,
      times: readonly Interval[],
    ): Promise<void> {
      await forgetRolled(tx, shop, times, clock.nowMs());
      const names = times.flatMap((time) => tagsOfTime(shop.zone, time));
      await forget(tx, shopScope(shop.slug), [...new Set([tags.book, ...names])]);
    },
  };
}
