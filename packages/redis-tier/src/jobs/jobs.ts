/**
 * Sends the messages of an outbox: through a queue in Redis while it is available, otherwise by polling the outbox.
 * Several processes may run it on one store.
 */
import { checkClient, commandsOf } from '../connection/internal.ts';
import { systemClock } from '../core/index.ts';
import { startLoop } from '../core/internal.ts';
import { createDeliverer } from './delivery/deliverer.ts';
import { enqueueDue } from './delivery/enqueue.ts';
import { createPoller } from './delivery/poll.ts';
import { createReconciler } from './delivery/reconciler.ts';
import type { JobsEvent } from './events.ts';
import { checkJobsOptions, defaultJobsTuning, type JobsOptions } from './jobs-options.ts';
import type { MessageLease } from './outbox/message.ts';
import { defaultQueueLimits, type QueueServer } from './queue/queue-server-checks.ts';
import { startQueueWorker } from './queue/queue-worker.ts';
import { createWakeUpQueue, type WakeUpQueue } from './queue/wake-up-queue.ts';
import { withTimeout } from './with-timeout.ts';

export type Jobs = {
  /** Polls the outbox now. Call it after a message was written, if the store does not listen for messages. */
  wake(): void;
  /**
   * Whether messages arrive through the queue or by polling the outbox, the messages in progress, and the state of
   * the queue's server at the last check (null: no server, or not checked yet).
   */
  status(): { by: 'queue' | 'outbox'; inProgress: number; server: QueueServer | null };
  /**
   * Finishes messages that were begun, within `graceMs`, and returns the rest to the outbox. Never hangs, even if
   * Redis does. Resolves with the number of messages that could be neither finished nor returned: their leases
   * expire.
   */
  stop(graceMs: number): Promise<number>;
  /** As `stop(5000)`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
};

const batch = 250;
/** Time to finish messages at the end of `await using`, in ms. */
const disposeGraceMs = 5000;
/** Time for connections and loops to close, in ms. */
const closeWithinMs = 1000;

/**
 * @throws TypeError for an option out of range, and in a cluster for a prefix without a hash tag
 * @throws UnsupportedClientError for a client with an option that changes names or replies
 */
export function startJobs<C extends MessageLease>(options: JobsOptions<C>): Jobs {
  checkJobsOptions(options);
  const { store, handlers, prefix = '{bb:j}', name = 'outbox', clock = systemClock } = options;
  const redis = options.redis && {
    producer: commandsOf(options.redis.producer),
    worker: commandsOf(options.redis.worker),
  };
  if (redis?.producer.isCluster === true && !/\{[^{}]+\}/.test(prefix))
    throw new TypeError(
      'In a cluster, the prefix of a queue must have a hash tag such as {bb:j}, so that its keys are in one slot.',
    );
  if (redis !== null) for (const client of [redis.producer, redis.worker]) checkClient(client);
  const tuning = { ...defaultJobsTuning, ...options.tuning };
  const { concurrency, pollIntervalMs, leaseMs } = tuning;
  const onEvent = (event: JobsEvent): void => options.onEvent?.(event);
  const onErrorOf = (where: string) => (error: unknown) => onEvent({ event: 'error', where, error });
  let lastQueueError = '';
  /** While Redis is unavailable its clients report the same error repeatedly; only a new reason is reported. */
  const onQueueError = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== lastQueueError && !stopping) onErrorOf('the queue')(error);
    lastQueueError = message;
  };
  let stopping = false;
  const step = Math.min(batch, Math.ceil(tuning.maxEnqueued / 4));
  let completed = 0;

  const deliverer = createDeliverer({
    store,
    handlers,
    clock,
    leaseMs,
    completeRetryMs: Math.min(pollIntervalMs, 500),
    onEvent(event) {
      onEvent(event);
      // When a step's worth of messages has left the queue, there may be capacity for the next step.
      if (event.event === 'completed') completed += 1;
      if (completed < step) return;
      completed = 0;
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
      endpointCheckMs: tuning.endpointCheckMs,
      limits: { ...defaultQueueLimits, ...options.limits },
      onUnsuitable(reason) {
        onEvent({ event: 'queue-unsuitable', reason });
        // Its jobs may be lost.
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
      endpointCheckMs: tuning.endpointCheckMs,
      deliver: (ref) => deliverer.deliver(ref),
      onError: onQueueError,
    });

  const pollOutbox = createPoller({
    deliverer,
    clock,
    wakeUpQueue,
    concurrency,
    overdueMs: tuning.overdueMs,
    onError: onErrorOf('polling'),
  });
  const enqueueOnce = wakeUpQueue && enqueueDue({ store, clock, wakeUpQueue, batch: step, ...tuning });
  const loops = {
    poll: startLoop(async () => pollOutbox(), { everyMs: pollIntervalMs, onError: onErrorOf('polling') }),
    enqueueDue:
      enqueueOnce && startLoop(enqueueOnce, { everyMs: pollIntervalMs, onError: onErrorOf('enqueueing') }),
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
  const listener = store.listen?.(wake, onErrorOf('listening for messages'));

  async function stop(graceMs: number): Promise<number> {
    stopping = true;
    queueWorker?.pause();
    listener?.stop();
    const ending = Object.values(loops).map((loop) => loop?.stop());
    const left = await deliverer.stop(graceMs);
    await withTimeout(closeWithinMs, Promise.all(ending));
    await queueWorker?.close(closeWithinMs);
    wakeUpQueue?.close();
    return left;
  }

  return {
    wake,
    status: () => ({
      by: wakeUpQueue?.accepting === true ? 'queue' : 'outbox',
      inProgress: deliverer.inProgress,
      server: wakeUpQueue?.server ?? null,
    }),
    stop,
    async [Symbol.asyncDispose]() {
      await stop(disposeGraceMs);
    },
  };
}
