/**
 * The queue in Redis: it tells some worker of the fleet to look at messages now, or when they are due. It holds no truth:
 * a job is the names of messages, it never tries anything twice, and it may lose everything at any time.
 */
import { Queue } from 'bullmq';
import { createGuard, type GuardedClient } from '../../connection/index.ts';
import { RedisUnavailable } from '../../core/index.ts';
import { type DueMessage, jobIdOf, type MessageRef } from '../outbox/message.ts';
import { bundles } from './message-batches.ts';
import { type QueueClient, queueWatch } from './queue-monitor.ts';
import { type QueueLimits, type QueueServer, queueWarnings, unfitness } from './queue-server-checks.ts';

export type DoorbellOptions = {
  /** A client of its own: no offline queue, no retries. The doorbell closes it. */
  client: QueueClient & GuardedClient;
  /** Prefix of all keys of the queue. With a hash tag in it the queue lies in one slot of a cluster. */
  prefix: string;
  /** Name of the queue; holds no colon. */
  name: string;
  /** Longest wait for Redis without any reply, in ms. */
  deadlineMs: number;
  /** How often the server is looked at, in ms. */
  watchEveryMs: number;
  limits: QueueLimits;
  /** The server must not have a queue (reason), or may again (null): until then nothing is told to it. */
  onUnfit: (reason: string | null) => void;
  /** What may soon go wrong with it; each is said when it begins. */
  onWarning: (reason: string) => void;
  /** The queue was lost, wholly or in part. */
  onLost: (reason: string) => void;
  onChange: (available: boolean, reason: string) => void;
  onError: (error: unknown) => void;
};

export type Doorbell = {
  /** Whether Redis answers, and a queue may be on it. */
  readonly available: boolean;
  /** Whether Redis answers and took what it was told last: a full server answers and takes nothing. */
  readonly taking: boolean;
  /** How the server was at the last look; null before the first. */
  readonly server: QueueServer | null;
  /** Tells the queue of messages. Rejects with RedisUnavailable, or with what the server replied, such as out of memory. */
  ring(messages: readonly DueMessage[], nowMs: number): Promise<void>;
  /** Takes names back that are no longer true, of messages that rang alone. Never rejects. */
  forget(refs: readonly MessageRef[]): Promise<void>;
  /** Lets go of Redis at once, whether it answers or not. */
  close(): void;
};

/** How long a server that took nothing counts as taking nothing, in ms; it is rung all the same. */
const refusedForMs = 5000;

/** Pauses, retries and what became of it stand in the store; the queue keeps nothing of a job that has rung. */
const once = { attempts: 1, removeOnComplete: true, removeOnFail: true };

export function createDoorbell(options: DoorbellOptions): Doorbell {
  const { client, prefix, name, deadlineMs, watchEveryMs, onUnfit, onWarning, onLost, onChange, onError } =
    options;
  const guard = createGuard(client, {
    deadlineMs,
    onChange: (state, reason) => onChange(state === 'closed', reason),
  });
  let seen: QueueServer | null = null;
  let unfit: string | null = null;
  let warnings: readonly string[] = [];
  function judge(server: QueueServer): void {
    const before = { unfit, warnings };
    seen = server;
    unfit = unfitness(server);
    warnings = queueWarnings(server, options.limits);
    if (unfit !== before.unfit) onUnfit(unfit);
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
  const watch = queueWatch({
    look: (command) => guard.send(() => command(client)),
    canaryKey: `${prefix}:${name}:canary`,
    everyMs: watchEveryMs,
    onLost,
    onReplica: refuse,
    onServer: judge,
    onError,
  });

  return {
    get available() {
      return guard.state === 'closed' && unfit === null;
    },
    get taking() {
      return guard.state === 'closed' && unfit === null && performance.now() >= refusedUntilMs;
    },

    get server() {
      return seen;
    },

    async ring(messages, nowMs) {
      const jobs = bundles(messages, nowMs).map((bundle) => ({
        name: 'deliver',
        data: bundle.messages.length,
        opts: {
          ...once,
          jobId: jobIdOf(...bundle.messages),
          delay: bundle.dueMs - nowMs,
          // Without a priority it comes before all that have one.
          ...(bundle.priority > 0 ? { priority: bundle.priority } : {}),
        },
      }));
      try {
        await guard.send(() => queue.addBulk(jobs));
      } catch (error) {
        if (!(error instanceof RedisUnavailable)) refuse();
        throw error;
      }
    },

    async forget(refs) {
      await Promise.allSettled(refs.map((ref) => guard.send(() => queue.remove(jobIdOf(ref)))));
    },

    close() {
      watch.stop();
      guard.close();
      // Its close would wait for a server that may never answer; the client is ours, and this ends it.
      client.disconnect();
      void queue.close().catch(onError);
    },
  };
}
