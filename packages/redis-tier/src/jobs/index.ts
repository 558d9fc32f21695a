export { type Loop, type LoopOptions, startLoop } from '../core/internal.ts';
export { LeaseLostError, WorkerStoppingError } from './delivery/attempt.ts';
export { createDeliverer, type Deliverer, type DelivererOptions } from './delivery/deliverer.ts';
export type { Attempt, MessageHandler, MessageHandlers, Outcome, RetryPolicy } from './delivery/handler.ts';
export { createReconciler, type Reconciler, type ReconcilerOptions } from './delivery/reconciler.ts';
export type { JobsEvent, OnJobsEvent } from './events.ts';
export { type Jobs, startJobs } from './jobs.ts';
export { defaultJobsTuning, type JobsOptions, type JobsTuning } from './jobs-options.ts';

export {
  type DueMessage,
  type ExpiredLease,
  jobIdOf,
  type MessageLease,
  type MessageRef,
  refsOfJobId,
} from './outbox/message.ts';
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
export type { QueueClient } from './queue/queue-monitor.ts';
export type { QueueLimits, QueueServer } from './queue/queue-server-checks.ts';
export { createWakeUpQueue, type WakeUpQueue, type WakeUpQueueOptions } from './queue/wake-up-queue.ts';
