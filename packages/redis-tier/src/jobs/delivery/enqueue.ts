import { type Clock, RedisUnavailableError } from '../../core/index.ts';
import type { OutboxStore } from '../outbox/outbox-store.ts';
import type { WakeUpQueue } from '../queue/wake-up-queue.ts';

export type EnqueueOptions = {
  store: OutboxStore;
  clock: Clock;
  wakeUpQueue: WakeUpQueue;
  /** Only what is due within this time is handed over, in ms: the rest may still change. */
  aheadMs: number;
  /** Messages of one step; less than `maxEnqueued`. */
  batch: number;
  /**
   * Most messages that the queue has at one time: a longer backlog waits in the store, where it is shared out fairly. What is
   * urgent finds room beyond it.
   */
  maxEnqueued: number;
};

/** Room for urgent messages in a queue that is full, as a share of it. */
const urgentShare = 0.25;

/**
 * Tells the queue of what is due, as one run of a loop. The queue is told first and the note is made afterwards: a crash
 * between the two rings twice for one message, which costs nothing, instead of never.
 */
export function enqueueDue({ store, clock, wakeUpQueue, aheadMs, batch, maxEnqueued }: EnqueueOptions) {
  return async (): Promise<void> => {
    let enqueued = Number.POSITIVE_INFINITY;
    while (wakeUpQueue.available) {
      const nowMs = clock.nowMs();
      // Counted again when it would be full by what was handed over here: some of it has been sent meanwhile.
      if (maxEnqueued - enqueued < batch) enqueued = await store.countEnqueued();
      // In full steps: a queue that is nearly full is filled when it has emptied by one.
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
        // The doorbell has told of it, and the drain goes on.
        if (error instanceof RedisUnavailableError) return;
        throw error;
      }
      await store.markEnqueued(due, nowMs);
      enqueued += due.length;
      if (urgentOnly) return;
    }
  };
}
