import { startLoop } from '@bookedbarber/redis-tier/jobs';
import type { Db } from '../../database/connect.ts';
import {
  byNamespace,
  markInvalidationsApplied,
  type PendingInvalidation,
  pendingInvalidations,
  removeOldInvalidations,
  reopenInvalidations,
  tagsOfRows,
} from './invalidations.ts';

export type InvalidationRelayOptions = {
  db: Db;
  /**
   * Invalidates these tags, or the whole namespace when there are none. Resolves with false, or rejects, when that
   * did not take effect. It must be idempotent.
   */
  apply: (namespace: string, tags: readonly string[]) => Promise<boolean>;
  onError: (error: unknown) => void;
  /** Called after each run without an error. */
  onSuccess?: () => void;
  /** Poll interval, in ms. */
  everyMs?: number;
  /** Time for the process that wrote a row to apply it itself, in ms. */
  afterMs?: number;
};

export type InvalidationRelay = ReturnType<typeof startInvalidationRelay>;

const batch = 500;
const cleanEveryMs = 30_000;

/**
 * Applies the invalidations that transactions recorded, even if the processes that wrote them have exited. With the
 * defaults, a row takes effect within a second of its commit or of the recovery of the cache's Redis server. Several
 * processes can run a relay: applying a row twice is harmless.
 */
export function startInvalidationRelay(options: InvalidationRelayOptions) {
  const { db, apply, onError, onSuccess, everyMs = 500, afterMs = 250 } = options;
  let cleanedMs = Number.NEGATIVE_INFINITY;
  /** Incremented when the replication id changes: invalidations that the old primary acknowledged do not count. */
  let epoch = 0;

  /** Returns false when the invalidation did not take effect. */
  async function applyNamespace(namespace: string, rows: readonly PendingInvalidation[]): Promise<boolean> {
    const startEpoch = epoch;
    if (!(await apply(namespace, tagsOfRows(rows))) || epoch !== startEpoch) return false;
    await markInvalidationsApplied(
      db,
      rows.map((row) => row.id),
    );
    return true;
  }

  async function relay(): Promise<void> {
    let hasErrors = false;
    const reportFailure = (error: unknown): boolean => {
      hasErrors = true;
      onError(error);
      return false;
    };
    for (;;) {
      const rows = await pendingInvalidations(db, afterMs, batch);
      let failed = false;
      for (const [namespace, rowsOfNamespace] of byNamespace(rows)) {
        // Continue after a failure: the next namespace may be on another cluster node.
        if (!(await applyNamespace(namespace, rowsOfNamespace).catch(reportFailure))) failed = true;
      }
      if (failed || rows.length < batch) break;
    }
    if (performance.now() - cleanedMs >= cleanEveryMs) {
      await removeOldInvalidations(db);
      cleanedMs = performance.now();
    }
    if (!hasErrors) onSuccess?.();
  }

  const loop = startLoop(relay, { everyMs, onError });
  return {
    wake: () => loop.wake(),

    /**
     * Reapplies the invalidations of the last `ms`, for a failover to a replica that may lack them. Resolves with
     * their number once they are pending again; the relay then applies them like all others.
     */
    async reapplySince(ms: number): Promise<number> {
      epoch += 1;
      const count = await reopenInvalidations(db, ms);
      if (count > 0) loop.wake();
      return count;
    },

    stop: () => loop.stop(),
  };
}
