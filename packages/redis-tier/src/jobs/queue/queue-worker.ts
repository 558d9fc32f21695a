import { Worker } from 'bullmq';
import { withTimeout } from '../at-most.ts';
import { limitConcurrency } from '../delivery/slots.ts';
import { type MessageRef, refsOfJobId } from '../outbox/message.ts';
import type { QueueClient } from './queue-monitor.ts';

export type QueueWorkerOptions = {
  /** A client of its own that waits for the server for ever. The worker closes it. */
  client: QueueClient;
  prefix: string;
  name: string;
  /** Messages sent at the same time. */
  concurrency: number;
  deliver: (ref: MessageRef) => Promise<void>;
  onError: (error: unknown) => void;
};

export type QueueWorker = {
  /** Takes nothing more. */
  pause(): void;
  /** Ends within `withinMs`, whether Redis answers or not; meant for when nothing is in work any more. */
  close(withinMs: number): Promise<void>;
};

/** Pause after a reply that is an error, in ms. */
const restMs = 1000;

/** Waits for the queue's word and passes on whose messages it is. */
export function startQueueWorker(options: QueueWorkerOptions): QueueWorker {
  const { client, prefix, name, concurrency, deliver, onError } = options;
  const inSlot = limitConcurrency(concurrency);
  const worker = new Worker(
    name,
    async (job) => {
      const ends = await Promise.allSettled(refsOfJobId(job.id).map((ref) => inSlot(() => deliver(ref))));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
    {
      connection: client,
      prefix,
      concurrency,
      // After an outage it is back within a second, not within fifteen.
      runRetryDelay: 1000,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      // A job whose worker fell silent only rings once more; its row says whether there is anything to do.
      maxStalledCount: 5,
    },
  );
  // BullMQ takes its own listener off the client of its blocking read before that client has ended, and ioredis prints an
  // error that nobody hears.
  worker
    .getBackend()
    .blockingClient?.then((blocking) => blocking.on('error', () => {}))
    .catch(() => {});
  let paused: Promise<void> | undefined;
  let resting: NodeJS.Timeout | undefined;
  worker.on('error', (error) => {
    onError(error);
    if (error.name === 'ReplyError') rest();
  });
  /** A server that refuses, such as one that is no primary any more, would be asked thousands of times a second. */
  function rest(): void {
    if (resting !== undefined || paused !== undefined) return;
    void worker.pause(true).catch(onError);
    resting = setTimeout(() => {
      resting = undefined;
      void worker.resume().catch(onError);
    }, restMs).unref();
  }
  const pause = (): Promise<void> => {
    clearTimeout(resting);
    paused ??= worker.pause().catch(onError);
    return paused;
  };
  return {
    pause() {
      void pause();
    },
    async close(withinMs) {
      // What is finished is noted in the queue, if the server answers; a frozen one is not waited for.
      await withTimeout(withinMs / 2, pause());
      await withTimeout(withinMs / 2, worker.close(true).catch(onError));
      client.disconnect();
    },
  };
}
