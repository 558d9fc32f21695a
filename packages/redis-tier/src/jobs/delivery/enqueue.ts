import { type Clock, RedisUnavailableError } from '../../core/index.ts';
import type { OutboxStore } from '../outbox/outbox-store.ts';
import type { WakeUpQueue } from '../queue/wake-up-queue.ts';

export type EnqueueOptions = {
  store: OutboxStore;
  clock: Clock;
  wakeUpQueue: WakeUpQueue;
  /** Only messages due within this time are enqueued, in ms: later ones may still change. */
  aheadMs: number;
  /** Messages per step; less than `maxEnqueued`. */
  batch: number;
  /**
   * Maximum messages in the queue at one time: a longer backlog waits in the store, where it is shared fairly. Urgent
   * messages may exceed it.
   */
  maxEnqueued: number;
};

/** Additional capacity for urgent messages in a full queue, as a fraction of `maxEnqueued`. */
const urgentShare = 0.25;

/**
 * Enqueues due messages; one run of a loop. Notifies the queue first and records it afterwards: a crash in between
 * enqueues a message twice, which is harmless, instead of never.
 */
export function enqueueDue({ store, clock, wakeUpQueue, aheadMs, batch, maxEnqueued }: EnqueueOptions) {
  return async (): Promise<void> => {
    let enqueued = Number.POSITIVE_INFINITY;
    while (wakeUpQueue.available) {
      const nowMs = clock.nowMs();
      // Count again when the queue seems full: some of its messages have been sent in the meantime.
      if (maxEnqueued - enqueued < batch) enqueued = await store.countEnqueued();
      // Only full steps: a nearly full queue is refilled when a whole step has been sent.
      const urgentOnly = maxEnqueued - enqueued < batch;
      const room = urgentOnly ? Math.ceil(maxEnqueued * (1 + urgentShare)) - enqueued : batch;
      if (room <= 0) return;
      const due = await store.findDue({
        dueBeforeMs: nowMs + aheadMs,
        limit: Math.min(room, batch),
        urgentOnly,
      });
      if (due.length === 0) return;
      try {
        await wakeUpQueue.notify(due, nowMs);
      } catch (error) {
        // The wake-up queue reports the outage, and polling continues.
        if (error instanceof RedisUnavailableError) return;
        throw error;
      }
      await store.markEnqueued(due, nowMs);
      enqueued += due.length;
      if (urgentOnly) return;
    }
  };
}
