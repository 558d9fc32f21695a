import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { isReplicaReply, watchPrimary } from '../../connection/internal.ts';
import { timers } from '../../core/internal.ts';
import { limitConcurrency } from '../delivery/limit-concurrency.ts';
import { type MessageRef, refsOfJobId } from '../outbox/message.ts';
import { withTimeout } from '../with-timeout.ts';
import type { QueueClient } from './queue-monitor.ts';

export type QueueWorkerOptions = {
  /** Its own client, which waits for the server indefinitely. The worker closes it. */
  client: QueueClient;
  prefix: string;
  name: string;
  /** Messages sent at the same time. */
  concurrency: number;
  /** How often the primary in use is compared with the one behind the endpoint, in ms. */
  endpointCheckMs: number;
  deliver: (ref: MessageRef) => Promise<void>;
  onError: (error: unknown) => void;
};

export type QueueWorker = {
  /** Takes no further jobs. */
  pause(): void;
  /** Closes within `timeoutMs`, whether Redis responds or not; call it when no job is in progress. */
  close(timeoutMs: number): Promise<void>;
};

/** Pause after an error reply, in ms. */
const errorPauseMs = 1000;

/** Waits for jobs of the queue and delivers their messages. */
export function startQueueWorker(options: QueueWorkerOptions): QueueWorker {
  const { client, prefix, name, concurrency, endpointCheckMs, deliver, onError } = options;
  const inSlot = limitConcurrency(concurrency);
  const worker = new Worker(
    name,
    async (job) => {
      const results = await Promise.allSettled(refsOfJobId(job.id).map((ref) => inSlot(() => deliver(ref))));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
    {
      connection: client,
      prefix,
      concurrency,
      // Reconnects within a second after an outage, instead of fifteen.
      runRetryDelay: 1000,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      // A stalled job only wakes a worker again; the row determines whether there is anything to do.
      maxStalledCount: 5,
    },
  );
  // BullMQ removes its own error listener from the client of its blocking read before that client has ended, and
  // ioredis prints an error without a listener.
  const withBlockingClient = (use: (blocking: Redis) => void): void => {
    worker
      .getBackend()
      .blockingClient?.then((blocking) => use(blocking as unknown as Redis))
      .catch(() => {});
  };
  withBlockingClient((blocking) => blocking.on('error', () => {}));
  // The client of a cluster learns from its server which node is the primary.
  const watch = client.isCluster
    ? null
    : watchPrimary(client as Redis, {
        everyMs: endpointCheckMs,
        reopen() {
          client.disconnect(true);
          withBlockingClient((blocking) => blocking.disconnect(true));
        },
      });
  let paused: Promise<void> | undefined;
  let errorPause: NodeJS.Timeout | undefined;
  worker.on('error', (error) => {
    onError(error);
    if (isReplicaReply(error)) watch?.demoted();
    if (error.name === 'ReplyError') pauseAfterError();
  });
  /** A server that refuses commands, such as a former primary, would receive thousands of them per second. */
  function pauseAfterError(): void {
    if (errorPause !== undefined || paused !== undefined) return;
    void worker.pause(true).catch(onError);
    errorPause = timers
      .setTimeout(() => {
        errorPause = undefined;
        void worker.resume().catch(onError);
      }, errorPauseMs)
      .unref();
  }
  const pause = (): Promise<void> => {
    timers.clearTimeout(errorPause);
    paused ??= worker.pause().catch(onError);
    return paused;
  };
  return {
    pause() {
      void pause();
    },
    async close(timeoutMs) {
      // Finished jobs are recorded in the queue if the server responds; a frozen server is not waited for.
      watch?.stop();
      await withTimeout(timeoutMs / 2, pause());
      await withTimeout(timeoutMs / 2, worker.close(true).catch(onError));
      client.disconnect();
    },
  };
}
