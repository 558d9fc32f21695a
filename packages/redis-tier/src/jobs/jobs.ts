/**
 * Sends the messages of an outbox: through a queue in Redis while there is one that answers, straight from the outbox
 * while there is none. Several processes may run it side by side on one store.
 */
import { type Clock, systemClock } from '../core/index.ts';
import { withTimeout } from './at-most.ts';
import { createDeliverer } from './delivery/deliverer.ts';
import { enqueueDue } from './delivery/enqueue.ts';
import type { MessageHandlers } from './delivery/handler.ts';
import { createPoller } from './delivery/poll.ts';
import { createReconciler } from './delivery/reconciler.ts';
import type { JobsEvent, OnJobsEvent } from './events.ts';
import { startLoop } from './loop.ts';
import type { MessageLease } from './outbox/message.ts';
import type { OutboxStore } from './outbox/outbox-store.ts';
import type { QueueConnections } from './queue/queue-connections.ts';
import { defaultQueueLimits, type QueueLimits, type QueueServer } from './queue/queue-server-checks.ts';
import { startQueueWorker } from './queue/queue-worker.ts';
import { createWakeUpQueue, type WakeUpQueue } from './queue/wake-up-queue.ts';

/** Times in ms, and sizes. The defaults suit mail and text messages. */
export type JobsTuning = {
  /** Messages that one process sends at the same time, through the queue and again as many without it. */
  concurrency: number;
  /** How often the outbox is looked at when nobody says that something is new. */
  pollIntervalMs: number;
  /** Only what is due within this time is handed over. */
  aheadMs: number;
  /** Most messages that the queue has at one time. */
  maxEnqueued: number;
  /**
   * Length of a claim, which is extended while its handler works. A worker that is killed leaves its messages to others
   * after at most this and `reconcileEveryMs`.
   */
  leaseMs: number;
  reconcileEveryMs: number;
  /** Late by this, a handed message is handed over again. */
  requeueAfterMs: number;
  /** Late by this, a message is sent without the queue. Longer than `lateMs`. */
  overdueMs: number;
  /** Longest wait for Redis without a reply. */
  deadlineMs: number;
  queueCheckIntervalMs: number;
};

export const defaultJobsTuning: JobsTuning = {
  concurrency: 25,
  pollIntervalMs: 1000,
  aheadMs: 300_000,
  maxEnqueued: 1000,
  leaseMs: 10_000,
  reconcileEveryMs: 2000,
  requeueAfterMs: 30_000,
  overdueMs: 60_000,
  deadlineMs: 1000,
  queueCheckIntervalMs: 1000,
};

export type JobsOptions<C extends MessageLease> = {
  store: OutboxStore<C>;
  handlers: MessageHandlers<C>;
  /** null: there is no Redis, and the outbox is drained. */
  redis: QueueConnections | null;
  /** Prefix of all keys. Its hash tag keeps the queue in one slot of a cluster. */
  prefix?: string;
  /** Name of the queue; holds no colon. */
  name?: string;
  clock?: Clock;
  tuning?: Partial<JobsTuning>;
  /** From where on the server of the queue is warned of. */
  limits?: Partial<QueueLimits>;
  onEvent?: OnJobsEvent;
};

export type Jobs = {
  /** Something was written into the outbox: look now. */
  wake(): void;
  /**
   * Whether the queue or the outbox itself says what to send, the messages in work, and how the queue's server was at the last
   * look (null: there is none, or it has not been seen).
   */
  status(): { by: 'queue' | 'outbox'; inProgress: number; server: QueueServer | null };
  /**
   * Finishes what has been begun, within `graceMs`, and returns the rest to the outbox. Never hangs, whatever Redis does.
   * Resolves with the number of messages that could be neither finished nor returned: their claims run out.
   */
  stop(graceMs: number): Promise<number>;
};

const batch = 250;
/** For connections and loops to end, in ms. */
const closeWithinMs = 1000;

/** Throws TypeError for a prefix that would spread the queue over a cluster. */
export function startJobs<C extends MessageLease>(options: JobsOptions<C>): Jobs {
  const { store, handlers, redis, prefix = '{bb:j}', name = 'outbox', clock = systemClock } = options;
  if (redis?.producer.isCluster === true && !/\{[^{}]+\}/.test(prefix))
    throw new TypeError(
      'In a cluster the prefix of a queue wants a hash tag, such as {bb:j}: its keys lie in one slot.',
    );
  const tuning = { ...defaultJobsTuning, ...options.tuning };
  const { concurrency, pollIntervalMs, leaseMs } = tuning;
  const onEvent = (event: JobsEvent): void => options.onEvent?.(event);
  const onErrorOf = (where: string) => (error: unknown) => onEvent({ event: 'error', where, error });
  let lastQueueError = '';
  /** While Redis is away its clients say so again and again; one word for each new reason is enough. */
  const onQueueError = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== lastQueueError && !stopping) onErrorOf('the queue')(error);
    lastQueueError = message;
  };
  let stopping = false;
  const step = Math.min(batch, Math.ceil(tuning.maxEnqueued / 4));
  let settled = 0;

  const deliverer = createDeliverer({
    store,
    handlers,
    clock,
    leaseMs,
    completeRetryMs: Math.min(pollIntervalMs, 500),
    onEvent(event) {
      onEvent(event);
      // So many fewer are with the queue: there may be room for the next step.
      if (event.event === 'completed') settled += 1;
      if (settled < step) return;
      settled = 0;
      loops.enqueueDue?.wake();
    },
  });

  const wakeUpQueue: WakeUpQueue | null =
    redis &&
    createWakeUpQueue({
      client: redis.producer,
      prefix,
      name,
      deadlineMs: tuning.deadlineMs,
      queueCheckIntervalMs: tuning.queueCheckIntervalMs,
      limits: { ...defaultQueueLimits, ...options.limits },
      onUnsuitable(reason) {
        onEvent({ event: 'queue-unsuitable', reason });
        // What it had may be lost.
        reconciler.presumeLost();
        loops.reconcile?.wake();
      },
      onWarning: (reason) => onEvent({ event: 'queue-warning', reason }),
      onLost(reason) {
        onEvent({ event: 'queue-lost', reason });
        reconciler.presumeLost();
        loops.reconcile?.wake();
      },
      onChange(available, reason) {
        if (stopping) return;
        if (available) lastQueueError = '';
        onEvent(available ? { event: 'queue-available' } : { event: 'queue-unavailable', reason });
        wake();
      },
      onError: onQueueError,
    });

  const reconciler = createReconciler({
    store,
    handlers,
    clock,
    leaseMs,
    requeueAfterMs: tuning.requeueAfterMs,
    batch,
    onEvent,
    onLate: async (refs) => wakeUpQueue?.remove(refs),
  });

  const queueWorker =
    redis &&
    startQueueWorker({
      client: redis.worker,
      prefix,
      name,
      concurrency,
      deliver: (ref) => deliverer.deliver(ref),
      onError: onQueueError,
    });

  const pollOutbox = createPoller({
    deliverer,
    clock,
    wakeUpQueue,
    concurrency,
    overdueMs: tuning.overdueMs,
    onError: onErrorOf('the drain'),
  });
  const enqueueOnce = wakeUpQueue && enqueueDue({ store, clock, wakeUpQueue, batch: step, ...tuning });
  const loops = {
    poll: startLoop(async () => pollOutbox(), { everyMs: pollIntervalMs, onError: onErrorOf('the drain') }),
    enqueueDue:
      enqueueOnce && startLoop(enqueueOnce, { everyMs: pollIntervalMs, onError: onErrorOf('the hand-over') }),
    reconcile: startLoop(
      async () => {
        if ((await reconciler.reconcile()) > 0) wake();
      },
      { everyMs: tuning.reconcileEveryMs, onError: onErrorOf('the reconciler') },
    ),
  };

  function wake(): void {
    loops.enqueueDue?.wake();
    loops.poll.wake();
  }

  return {
    wake,
    status: () => ({
      by: wakeUpQueue?.accepting === true ? 'queue' : 'outbox',
      inProgress: deliverer.inProgress,
      server: wakeUpQueue?.server ?? null,
    }),
    async stop(graceMs) {
      stopping = true;
      queueWorker?.pause();
      const ending = Object.values(loops).map((loop) => loop?.stop());
      const left = await deliverer.stop(graceMs);
      await withTimeout(closeWithinMs, Promise.all(ending));
      await queueWorker?.close(closeWithinMs);
      wakeUpQueue?.close();
      return left;
    },
  };
}
