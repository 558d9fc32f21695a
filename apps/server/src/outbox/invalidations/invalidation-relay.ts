import { startLoop } from '@bookedbarber/redis-tier/jobs';
import type { Db } from '../../database/connect.ts';
import {
  markInvalidationsApplied,
  type PendingInvalidation,
  pendingInvalidations,
  removeOldInvalidations,
  reopenInvalidations,
  tagsOfRows,
} from './invalidations.ts';

export type InvalidationRelayOptions = {
  db: Db;
  /** Makes the cache forget these tags, or with none everything of the scope; false, or a rejection, when that did not take effect. Doing it twice is harmless. */
  apply: (namespace: string, tags: readonly string[]) => Promise<boolean>;
  onError: (error: unknown) => void;
  /** How often the rows are looked at, in ms. */
  everyMs?: number;
  /** The writer's own process is given this long to apply a row itself, in ms. */
  afterMs?: number;
};

export type InvalidationRelay = ReturnType<typeof startInvalidationRelay>;

const batch = 500;
const cleanEveryMs = 30_000;

/**
 * Makes the cache forget what transactions wrote down, whatever became of their processes. With the defaults a row takes
 * effect within a second of its commit, or of the cache's server being back. Any number of processes may relay: a row
 * that two of them apply is forgotten twice.
 */
export function startInvalidationRelay(options: InvalidationRelayOptions) {
  const { db, apply, onError, everyMs = 500, afterMs = 250 } = options;
  let cleanedMs = Number.NEGATIVE_INFINITY;
  /** Goes up when the server turned out to be another one: what the old one took does not count. */
  let epoch = 0;

  /** False when the cache did not take it. */
  async function applyNamespace(namespace: string, rows: readonly PendingInvalidation[]): Promise<boolean> {
    const begunIn = epoch;
    if (!(await apply(namespace, tagsOfRows(rows))) || epoch !== begunIn) return false;
    await markInvalidationsApplied(
      db,
      rows.map((row) => row.id),
    );
    return true;
  }

  function heard(error: unknown): boolean {
    onError(error);
    return false;
  }

  async function relay(): Promise<void> {
    for (;;) {
      const rows = await pendingInvalidations(db, afterMs, batch);
      let failed = false;
      for (const [namespace, ofNamespace] of byNamespace(rows)) {
        // Another scope may lie on a server that answers.
        if (!(await applyNamespace(namespace, ofNamespace).catch(heard))) failed = true;
      }
      if (failed || rows.length < batch) break;
    }
    if (performance.now() - cleanedMs < cleanEveryMs) return;
    await removeOldInvalidations(db);
    cleanedMs = performance.now();
  }

  const loop = startLoop(relay, { everyMs, onError });
  return {
    wake: () => loop.wake(),

    /**
     * Applies again what was applied in the last `ms`: for when the cache's server goes on from an older copy of itself.
     * Resolves when they are pending again; they are applied like all others, also if the server is away once more.
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

function byNamespace(rows: readonly PendingInvalidation[]): Map<string, PendingInvalidation[]> {
  const scopes = new Map<string, PendingInvalidation[]>();
  for (const row of rows) {
    const ofNamespace = scopes.get(row.namespace);
    if (ofNamespace === undefined) scopes.set(row.namespace, [row]);
    else ofNamespace.push(row);
  }
  return scopes;
}
