import type { Clock } from '../../core/index.ts';
import type { OnJobsEvent } from '../events.ts';
import type { MessageRef } from '../outbox/message.ts';
import type { OutboxStore } from '../outbox/outbox-store.ts';
import type { MessageHandlers } from './handler.ts';

export type ReconcilerOptions = {
  store: OutboxStore;
  handlers: MessageHandlers;
  clock: Clock;
  /** Length of a claim, in ms. */
  leaseMs: number;
  /** Handed messages that are late by this, in ms, are handed over again. */
  requeueAfterMs: number;
  /** Messages of one step. */
  batch: number;
  onEvent: OnJobsEvent;
  /** Hears which hand-overs are no longer true, before they are made anew. */
  onLate: (refs: readonly MessageRef[]) => Promise<void>;
};

export type Reconciler = {
  /** One scan: claims that ended, then what the queue has lost. Says how many messages are handed over again. */
  reconcile(): Promise<number>;
  /** The next scan takes everything for lost that the queue had, also what is not due yet. */
  presumeLost(): void;
};

/**
 * Finds by their state the messages that should have been sent and were not, whatever became of the queue. There is no
 * cursor: transactions commit out of the order of their ids and times, and a cursor would pass by the late ones.
 */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { store, handlers, clock, leaseMs, requeueAfterMs: lateMs, batch, onEvent, onLate } = options;
  let queueEmptied = false;
  let storeFailedMs = Number.NEGATIVE_INFINITY;

  async function completeExpired(): Promise<void> {
    const nowMs = clock.nowMs();
    // While the store was away nobody could extend a claim: who lives does so first.
    if (nowMs - storeFailedMs < leaseMs / 2) return;
    const expired = await store.expireLeases(nowMs);
    if (expired.length > 0) onEvent({ event: 'unknown', ids: expired.map((claim) => claim.id) });
    for (const [kind, { retry }] of Object.entries(handlers)) {
      if (retry.maxUnknownResends === 0) continue;
      const count = await store.resendUnknown(kind, retry.maxUnknownResends, nowMs);
      if (count > 0) onEvent({ event: 'resent', kind, count });
    }
  }

  async function requeueLost(all: boolean): Promise<number> {
    const nowMs = clock.nowMs();
    const lost = all
      ? { enqueuedBeforeMs: nowMs }
      : { dueBeforeMs: nowMs - lateMs, enqueuedBeforeMs: nowMs - lateMs };
    let count = 0;
    for (;;) {
      const refs = await store.findLost({ ...lost, limit: batch });
      if (refs.length > 0) {
        await store.raiseGeneration(refs);
        if (!all) await onLate(refs);
      }
      count += refs.length;
      if (refs.length < batch) break;
    }
    if (count > 0) onEvent({ event: 're-enqueued', count });
    return count;
  }

  return {
    async reconcile() {
      const all = queueEmptied;
      queueEmptied = false;
      try {
        await completeExpired();
        return await requeueLost(all);
      } catch (error) {
        queueEmptied ||= all;
        storeFailedMs = clock.nowMs();
        throw error;
      }
    },
    presumeLost() {
      queueEmptied = true;
    },
  };
}
