import type { Clock } from '../../core/index.ts';
import type { WakeUpQueue } from '../queue/wake-up-queue.ts';
import type { Deliverer } from './deliverer.ts';

export type PollerOptions = {
  deliverer: Deliverer;
  clock: Clock;
  /** null: there is no Redis at all. */
  wakeUpQueue: Pick<WakeUpQueue, 'accepting'> | null;
  /** Messages sent at the same time. */
  concurrency: number;
  /** What is late by this, in ms, is sent although the queue took it: whatever the reason, the queue has not done it. */
  overdueMs: number;
  onError: (error: unknown) => void;
};

/**
 * Sends straight from the outbox what the queue cannot be asked for. The returned function looks once and does not wait:
 * it opens a lane, which sends one message after the other until there is none. Whoever finds something opens the next
 * lane, so that an empty outbox is asked once, and a slow receiver stops one lane and not the looking.
 */
export function createPoller(options: PollerOptions): () => void {
  const { deliverer, clock, wakeUpQueue, concurrency, overdueMs, onError } = options;
  let lanes = 0;

  const dueBeforeMs = (): number => clock.nowMs() - (wakeUpQueue?.accepting === true ? overdueMs : 0);

  function startPollLoop(): void {
    if (lanes >= concurrency) return;
    lanes += 1;
    pollLoop()
      .catch(onError)
      .finally(() => {
        lanes -= 1;
      });
  }

  async function pollLoop(): Promise<void> {
    while (await deliverer.deliverNext(dueBeforeMs(), startPollLoop)) {
      // The next one.
    }
  }

  return startPollLoop;
}
