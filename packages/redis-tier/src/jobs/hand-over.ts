import { type Clock, RedisUnavailable } from '../core/index.ts';
import type { Doorbell } from './doorbell.ts';
import type { OutboxStore } from './outbox-store.ts';

export type HandOverOptions = {
  store: OutboxStore;
  clock: Clock;
  doorbell: Doorbell;
  /** Only what is due within this time is handed over, in ms: the rest may still change. */
  aheadMs: number;
  /** Messages of one step. */
  batch: number;
  /**
   * Most messages that the queue has at one time: a longer backlog waits in the store, where it is shared out fairly. What is
   * urgent finds room beyond it.
   */
  mostHanded: number;
};

/** Room for urgent messages in a queue that is full, as a share of it. */
const urgentShare = 0.25;

/**
 * Tells the queue of what is due, as one run of a loop. The queue is told first and the note is made afterwards: a crash
 * between the two rings twice for one message, which costs nothing, instead of never.
 */
export function handOver({ store, clock, doorbell, aheadMs, batch, mostHanded }: HandOverOptions) {
  return async (): Promise<void> => {
    while (doorbell.available) {
      const nowMs = clock.nowMs();
      const handed = await store.countHanded();
      const urgentOnly = handed >= mostHanded;
      const room = mostHanded + (urgentOnly ? Math.ceil(mostHanded * urgentShare) : 0) - handed;
      if (room <= 0) return;
      const limit = Math.min(batch, room);
      const due = await store.findDue({ dueBeforeMs: nowMs + aheadMs, limit, urgentOnly });
      if (due.length === 0) return;
      try {
        await doorbell.ring(due, nowMs);
      } catch (error) {
        // The doorbell has told of it, and the drain goes on.
        if (error instanceof RedisUnavailable) return;
        throw error;
      }
      await store.markHanded(due, nowMs);
      if (due.length < limit) return;
    }
  };
}
