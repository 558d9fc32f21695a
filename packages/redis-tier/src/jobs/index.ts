export { type Loop, type LoopOptions, startLoop } from '../core/internal.ts';
export { LeaseLostError, WorkerStoppingError } from './delivery/attempt.ts';
export type { Attempt, MessageHandler, MessageHandlers, Outcome, RetryPolicy } from './delivery/handler.ts';
export type { JobsEvent, OnJobsEvent } from './events.ts';
export { type Jobs, startJobs } from './jobs.ts';
export type { JobsOptions, JobsTuning } from './jobs-options.ts';
export type { DueMessage, ExpiredLease, MessageLease, MessageRef } from './outbox/message.ts';
export type {
  CancelledMessage,
  EnqueuedMessage,
  MessageName,
  MessageState,
  NewMessage,
  Outbox,
  PayloadLease,
  Payloads,
} from './outbox/outbox.ts';
export type { Completion, MessageCounts, OutboxStore } from './outbox/outbox-store.ts';
export { connectQueue, type QueueConnections } from './queue/queue-connections.ts';
export type { QueueLimits, QueueServer } from './queue/queue-server-checks.ts';
