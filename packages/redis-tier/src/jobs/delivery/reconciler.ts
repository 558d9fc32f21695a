import type { Clock } from '../../core/index.ts';
import type { OnJobsEvent } from '../events.ts';
import type { MessageRef } from '../outbox/message.ts';
import type { OutboxStore } from '../outbox/outbox-store.ts';
import type { MessageHandlers } from './handler.ts';

export type ReconcilerOptions = {
  store: OutboxStore;
  handlers: MessageHandlers;
  clock: Clock;
  /** Duration of a lease, in ms. */
  leaseMs: number;
  /** Enqueued messages overdue by this, in ms, are enqueued again. */
  requeueAfterMs: number;
  /** Messages per step. */
  batch: number;
  onEvent: OnJobsEvent;
  /** Called with outdated jobs, whose messages will be enqueued again under the next generation. */
  onLate: (refs: readonly MessageRef[]) => Promise<void>;
};

export type Reconciler = {
  /**
   * One scan: expired leases, then messages that the queue has lost. Returns the number of messages to be enqueued
   * again.
   */
  reconcile(): Promise<number>;
  /** Makes the next scan treat all enqueued messages as lost, even those that are not due yet. */
  presumeLost(): void;
};

/**
 * Finds, by their state, messages that should have been sent and were not. It uses no cursor: transactions commit in a
 * different order than their ids and times, and a cursor would miss late ones.
 */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { store, handlers, clock, leaseMs, requeueAfterMs: lateMs, batch, onEvent, onLate } = options;
  let queueEmptied = false;
  let storeFailedMs = Number.NEGATIVE_INFINITY;

  async function completeExpired(): Promise<void> {
    const nowMs = clock.nowMs();
    // While the store was unavailable no worker could renew its lease: give live workers time to do so.
    if (nowMs - storeFailedMs < leaseMs / 2) return;
    const expired = await store.expireLeases(nowMs);
    if (expired.length > 0) onEvent({ event: 'unknown', ids: expired.map((lease) => lease.id) });
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
