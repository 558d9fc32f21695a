/**
 * The queue in Redis: it wakes a worker of the fleet for messages now, or when they are due. It is not a source of
 * truth: a job contains only the names of messages, is never retried, and everything in it may be lost at any time.
 */
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type CircuitBreakerClient, createCircuitBreaker, watchPrimary } from '../../connection/internal.ts';
import { RedisUnavailableError } from '../../core/index.ts';
import { timers } from '../../core/internal.ts';
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
  /** Its own client, without offline queue and retries. The wake-up queue closes it. */
  client: QueueClient & CircuitBreakerClient;
  /** Prefix of all keys of the queue. A hash tag in it places the queue in one slot of a cluster. */
  prefix: string;
  /** Name of the queue, without a colon. */
  name: string;
  /** Longest wait without any reply from Redis, in ms. */
  deadlineMs: number;
  /** How often the server is checked, in ms. */
  queueCheckIntervalMs: number;
  /** How often the primary in use is compared with the one behind the endpoint, in ms. */
  endpointCheckMs: number;
  limits: QueueLimits;
  /** The server is unsuitable for a queue (reason), or suitable again (null). While unsuitable, nothing is enqueued. */
  onUnsuitable: (reason: string | null) => void;
  /** A problem may arise with the server; called when each warning begins. */
  onWarning: (reason: string) => void;
  /** The queue lost data. */
  onLost: (reason: string) => void;
  onChange: (available: boolean, reason: string) => void;
  onError: (error: unknown) => void;
};

export type WakeUpQueue = {
  /** Whether Redis responds and is suitable for a queue. */
  readonly available: boolean;
  /** Whether Redis responds and accepted the last jobs: a full server responds and accepts nothing. */
  readonly accepting: boolean;
  /** The state of the server at the last check; null before the first. */
  readonly server: QueueServer | null;
  /** Enqueues messages. Rejects with RedisUnavailableError, or with the server's error, such as out of memory. */
  notify(messages: readonly DueMessage[], nowMs: number): Promise<void>;
  /** Removes outdated jobs of single messages. Never rejects. */
  remove(refs: readonly MessageRef[]): Promise<void>;
  /** Closes the connection immediately, whether Redis responds or not. */
  close(): void;
};

/** How long a server that refused jobs counts as not accepting, in ms; enqueueing is still attempted. */
const refusalMs = 5000;

/** Pauses, retries and outcomes are in the store; the queue keeps nothing of a finished job. */
const once = { attempts: 1, removeOnComplete: true, removeOnFail: true };

export function createWakeUpQueue(options: WakeUpQueueOptions): WakeUpQueue {
  const {
    client,
    prefix,
    name,
    deadlineMs,
    queueCheckIntervalMs,
    endpointCheckMs,
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
  function checkServer(server: QueueServer): void {
    const before = { unsuitable, warnings };
    seen = server;
    unsuitable = unsuitableReason(server);
    warnings = queueWarnings(server, options.limits);
    if (unsuitable !== before.unsuitable) onUnsuitable(unsuitable);
    // The numbers in a warning change all the time; its kind does not.
    const kindOf = (warning: string): string => warning.replace(/\d+/g, '');
    const known = new Set(before.warnings.map(kindOf));
    for (const warning of warnings) if (!known.has(kindOf(warning))) onWarning(warning);
  }
  let refusedUntilMs = 0;
  function refuse(): void {
    refusedUntilMs = timers.now() + refusalMs;
  }
  const queue = new Queue(name, {
    connection: client,
    prefix,
    skipVersionCheck: true,
    // The stream of events has no reader.
    streams: { events: { maxLen: 100 } },
  });
  // Relevant errors reject the call that they belong to; the others concern a connection that reconnects on its own.
  queue.on('error', () => {});
  // The client of a cluster learns from its server which node is the primary.
  const watch = client.isCluster ? null : watchPrimary(client as Redis, { everyMs: endpointCheckMs });
  const monitor = monitorQueue({
    look: (command) => breaker.send(() => command(client)),
    canaryKey: `${prefix}:${name}:canary`,
    everyMs: queueCheckIntervalMs,
    onLost,
    onReplica() {
      refuse();
      watch?.demoted();
    },
    onServer: checkServer,
    onError,
  });

  return {
    get available() {
      return breaker.state === 'closed' && unsuitable === null;
    },
    get accepting() {
      return breaker.state === 'closed' && unsuitable === null && timers.now() >= refusedUntilMs;
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
          // In BullMQ, jobs without a priority come before all that have one.
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
      monitor.stop();
      watch?.stop();
      breaker.close();
      // queue.close() alone would wait for a server that may never reply; disconnecting the client ends that wait.
      client.disconnect();
      void queue.close().catch(onError);
    },
  };
}
