import { endpointCheckIntervalMs } from '../connection/internal.ts';
import type { Clock } from '../core/index.ts';
import {
  aFunction,
  anObject,
  anObjectWith,
  type Checks,
  checkOptions,
  integerFrom,
  numberFrom,
  optional,
  orNull,
  textLike,
} from '../core/internal.ts';
import type { MessageHandler, MessageHandlers, RetryPolicy } from './delivery/handler.ts';
import type { OnJobsEvent } from './events.ts';
import type { MessageLease } from './outbox/message.ts';
import type { OutboxStore } from './outbox/outbox-store.ts';
import type { QueueConnections } from './queue/queue-connections.ts';
import type { QueueLimits } from './queue/queue-server-checks.ts';

/** Times in ms, and limits. The defaults suit mail and text messages. */
export type JobsTuning = {
  /** Messages that one process sends at the same time through the queue, and additionally by polling. */
  concurrency: number;
  /** How often the outbox is polled without a notification. */
  pollIntervalMs: number;
  /** Only messages due within this time are enqueued. */
  aheadMs: number;
  /** Maximum messages in the queue at one time. */
  maxEnqueued: number;
  /**
   * Duration of a lease, which is renewed while its handler works. Other workers take over the messages of a killed
   * worker after at most this and `reconcileEveryMs`.
   */
  leaseMs: number;
  reconcileEveryMs: number;
  /** An enqueued message overdue by this is enqueued again. */
  requeueAfterMs: number;
  /** A message overdue by this is sent by polling. Must be longer than `requeueAfterMs`. */
  overdueMs: number;
  /** Longest wait without a reply from Redis. */
  deadlineMs: number;
  queueCheckIntervalMs: number;
  /** How often the primary in use is compared with the one behind the endpoint. */
  endpointCheckMs: number;
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
  endpointCheckMs: endpointCheckIntervalMs,
};

export type JobsOptions<C extends MessageLease> = {
  store: OutboxStore<C>;
  handlers: MessageHandlers<C>;
  /** Null: there is no Redis, and the worker polls the outbox. */
  redis: QueueConnections | null;
  /** Prefix of all keys. Its hash tag places the queue in one slot of a cluster. */
  prefix?: string;
  /** Name of the queue, without a colon. */
  name?: string;
  clock?: Clock;
  tuning?: Partial<JobsTuning>;
  /** Thresholds of warnings about the queue's server. */
  limits?: Partial<QueueLimits>;
  onEvent?: OnJobsEvent;
};

const dayMs = 86_400_000;
const interval = optional(integerFrom(1, dayMs));

const optionChecks: Checks<JobsOptions<MessageLease>> = {
  store: anObjectWith('claim', 'claimNext', 'complete', 'findDue'),
  handlers: anObject,
  redis: orNull(anObject),
  prefix: optional(
    textLike(
      /^[A-Za-z0-9._:{}-]{1,60}$/,
      '1 to 60 letters, digits, colons, dots, hyphens, underscores or braces',
    ),
  ),
  name: optional(textLike(/^[^:]{1,60}$/, '1 to 60 characters without a colon')),
  clock: optional(anObjectWith('nowMs')),
  tuning: optional(anObject),
  limits: optional(anObject),
  onEvent: optional(aFunction),
};

const tuningChecks: Checks<Partial<JobsTuning>> = {
  concurrency: optional(integerFrom(1, 10_000)),
  pollIntervalMs: interval,
  aheadMs: optional(integerFrom(0, dayMs)),
  maxEnqueued: optional(integerFrom(1, 1_000_000)),
  leaseMs: optional(integerFrom(10, dayMs)),
  reconcileEveryMs: interval,
  requeueAfterMs: interval,
  overdueMs: interval,
  deadlineMs: interval,
  queueCheckIntervalMs: interval,
  endpointCheckMs: optional(integerFrom(10, dayMs)),
};

const retryChecks: Checks<RetryPolicy> = {
  maxAttempts: integerFrom(1, 1000),
  initialBackoffMs: integerFrom(0, 30 * dayMs),
  maxBackoffMs: integerFrom(0, 30 * dayMs),
  maxUnknownResends: integerFrom(0, 1000),
};

const limitChecks: Checks<Partial<QueueLimits>> = {
  memory: optional(numberFrom(0, 1)),
  skewMs: optional(numberFrom(0, dayMs)),
};

/** The checks of all options, by where they are. */
export const jobsChecks: {
  readonly options: Checks<JobsOptions<MessageLease>>;
  readonly tuning: Checks<Partial<JobsTuning>>;
  readonly limits: Checks<Partial<QueueLimits>>;
  readonly retry: Checks<RetryPolicy>;
} = { options: optionChecks, tuning: tuningChecks, limits: limitChecks, retry: retryChecks };

/** @throws TypeError for the first option that is out of range, with its name and range */
export function checkJobsOptions<C extends MessageLease>(options: JobsOptions<C>): void {
  const toError = (message: string): Error => new TypeError(message);
  checkOptions('startJobs', options, optionChecks, toError);
  checkOptions<Partial<JobsTuning>>('startJobs, tuning', options.tuning ?? {}, tuningChecks, toError);
  checkOptions<Partial<QueueLimits>>('startJobs, limits', options.limits ?? {}, limitChecks, toError);
  for (const [kind, handler] of Object.entries<MessageHandler | undefined>(options.handlers)) {
    if (typeof handler?.send !== 'function')
      throw new TypeError(`startJobs: the handler of ${kind} has no function send.`);
    checkOptions(`the handler of ${kind}, retry`, handler.retry, retryChecks, toError);
  }
}
