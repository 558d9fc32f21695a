import type { Clock } from '../../core/index.ts';
import type { Doorbell } from '../queue/wake-up-queue.ts';
import type { Deliverer } from './deliverer.ts';

export type DrainOptions = {
  deliverer: Deliverer;
  clock: Clock;
  /** null: there is no Redis at all. */
  doorbell: Pick<Doorbell, 'taking'> | null;
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
export function createDrain(options: DrainOptions): () => void {
  const { deliverer, clock, doorbell, concurrency, overdueMs, onError } = options;
  let lanes = 0;

  const dueBeforeMs = (): number => clock.nowMs() - (doorbell?.taking === true ? overdueMs : 0);

  function openLane(): void {
    if (lanes >= concurrency) return;
    lanes += 1;
    lane()
      .catch(onError)
      .finally(() => {
        lanes -= 1;
      });
  }

  async function lane(): Promise<void> {
    while (await deliverer.deliverNext(dueBeforeMs(), openLane)) {
      // The next one.
    }
  }

  return openLane;
}
