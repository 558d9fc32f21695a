/**
 * The queue in Redis: it tells some worker of the fleet to look at messages now, or when they are due. It holds no truth:
 * a job is the names of messages, it never tries anything twice, and it may lose everything at any time.
 */
import { Queue } from 'bullmq';
import { type CircuitBreakerClient, createCircuitBreaker } from '../../connection/index.ts';
import { RedisUnavailableError } from '../../core/index.ts';
import { type DueMessage, jobIdOf, type MessageRef } from '../outbox/message.ts';
import { batchMessages } from './message-batches.ts';
import { monitorQueue, type QueueClient } from './queue-monitor.ts';
import {
  type QueueLimits,
  type QueueServer,
  queueWarnings,
  unsuitableReason,
} from './queue-server-checks.ts';

export type WakeUpQueueOptions = {
  /** A client of its own: no offline queue, no retries. The doorbell closes it. */
  client: QueueClient & CircuitBreakerClient;
  /** Prefix of all keys of the queue. With a hash tag in it the queue lies in one slot of a cluster. */
  prefix: string;
  /** Name of the queue; holds no colon. */
  name: string;
  /** Longest wait for Redis without any reply, in ms. */
  deadlineMs: number;
  /** How often the server is looked at, in ms. */
  queueCheckIntervalMs: number;
  limits: QueueLimits;
  /** The server must not have a queue (reason), or may again (null): until then nothing is told to it. */
  onUnsuitable: (reason: string | null) => void;
  /** What may soon go wrong with it; each is said when it begins. */
  onWarning: (reason: string) => void;
  /** The queue was lost, wholly or in part. */
  onLost: (reason: string) => void;
  onChange: (available: boolean, reason: string) => void;
  onError: (error: unknown) => void;
};

export type WakeUpQueue = {
  /** Whether Redis answers, and a queue may be on it. */
  readonly available: boolean;
  /** Whether Redis answers and took what it was told last: a full server answers and takes nothing. */
  readonly accepting: boolean;
  /** How the server was at the last look; null before the first. */
  readonly server: QueueServer | null;
  /** Tells the queue of messages. Rejects with RedisUnavailableError, or with what the server replied, such as out of memory. */
  notify(messages: readonly DueMessage[], nowMs: number): Promise<void>;
  /** Takes names back that are no longer true, of messages that rang alone. Never rejects. */
  remove(refs: readonly MessageRef[]): Promise<void>;
  /** Lets go of Redis at once, whether it answers or not. */
  close(): void;
};

/** How long a server that took nothing counts as taking nothing, in ms; it is rung all the same. */
const refusedForMs = 5000;

/** Pauses, retries and what became of it stand in the store; the queue keeps nothing of a job that has rung. */
const once = { attempts: 1, removeOnComplete: true, removeOnFail: true };

export function createWakeUpQueue(options: WakeUpQueueOptions): WakeUpQueue {
  const {
    client,
    prefix,
    name,
    deadlineMs,
    queueCheckIntervalMs,
    onUnsuitable,
    onWarning,
    onLost,
    onChange,
    onError,
  } = options;
  const breaker = createCircuitBreaker(client, {
    deadlineMs,
    onChange: (state, reason) => onChange(state === 'closed', reason),
  });
  let seen: QueueServer | null = null;
  let unsuitable: string | null = null;
  let warnings: readonly string[] = [];
  function judge(server: QueueServer): void {
    const before = { unfit: unsuitable, warnings };
    seen = server;
    unsuitable = unsuitableReason(server);
    warnings = queueWarnings(server, options.limits);
    if (unsuitable !== before.unfit) onUnsuitable(unsuitable);
    // The number in it changes all the time, what it is about does not.
    const kindOf = (warning: string): string => warning.replace(/\d+/g, '');
    const known = new Set(before.warnings.map(kindOf));
    for (const warning of warnings) if (!known.has(kindOf(warning))) onWarning(warning);
  }
  let refusedUntilMs = 0;
  function refuse(): void {
    refusedUntilMs = performance.now() + refusedForMs;
  }
  const queue = new Queue(name, {
    connection: client,
    prefix,
    skipVersionCheck: true,
    // Nobody reads the stream of events.
    streams: { events: { maxLen: 100 } },
  });
  // What matters rejects the call that it belongs to; the rest is about a connection that comes back by itself.
  queue.on('error', () => {});
  const watch = monitorQueue({
    look: (command) => breaker.send(() => command(client)),
    canaryKey: `${prefix}:${name}:canary`,
    everyMs: queueCheckIntervalMs,
    onLost,
    onReplica: refuse,
    onServer: judge,
    onError,
  });

  return {
    get available() {
      return breaker.state === 'closed' && unsuitable === null;
    },
    get accepting() {
      return breaker.state === 'closed' && unsuitable === null && performance.now() >= refusedUntilMs;
    },

    get server() {
      return seen;
    },

    async notify(messages, nowMs) {
      const jobs = batchMessages(messages, nowMs).map((batch) => ({
        name: 'deliver',
        data: batch.messages.length,
        opts: {
          ...once,
          jobId: jobIdOf(...batch.messages),
          delay: batch.dueMs - nowMs,
          // Without a priority it comes before all that have one.
          ...(batch.priority > 0 ? { priority: batch.priority } : {}),
        },
      }));
      try {
        await breaker.send(() => queue.addBulk(jobs));
      } catch (error) {
        if (!(error instanceof RedisUnavailableError)) refuse();
        throw error;
      }
    },

    async remove(refs) {
      await Promise.allSettled(refs.map((ref) => breaker.send(() => queue.remove(jobIdOf(ref)))));
    },

    close() {
      watch.stop();
      breaker.close();
      // Its close would wait for a server that may never answer; the client is ours, and this ends it.
      client.disconnect();
      void queue.close().catch(onError);
    },
  };
}
