import type { Clock } from '../../core/index.ts';
import type { WakeUpQueue } from '../queue/wake-up-queue.ts';
import type { Deliverer } from './deliverer.ts';

export type PollerOptions = {
  deliverer: Deliverer;
  clock: Clock;
  /** Null: there is no Redis. */
  wakeUpQueue: Pick<WakeUpQueue, 'accepting'> | null;
  /** Messages sent at the same time. */
  concurrency: number;
  /** A message overdue by this, in ms, is sent even though it is enqueued: the queue has failed to deliver it. */
  overdueMs: number;
  onError: (error: unknown) => void;
};

/**
 * Sends messages from the outbox without the queue. Each call of the returned function starts a lane and does not
 * wait. A lane sends one message after another until none is due. A lane that finds a message starts the next lane,
 * so an empty outbox is queried once, and a slow receiver blocks one lane but not the polling.
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
      // Continue with the next message.
    }
  }

  return startPollLoop;
}
