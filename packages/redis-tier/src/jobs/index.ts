export { ClaimLost, WorkerStops } from './attempt.ts';
export { createDeliverer, type Deliverer, type DelivererOptions } from './deliverer.ts';
export { createDoorbell, type Doorbell, type DoorbellOptions } from './doorbell.ts';
export type { JobsEvent, OnJobsEvent } from './events.ts';
export type { Attempt, MessageHandler, MessageHandlers, Outcome, RetryPolicy } from './handler.ts';
export { defaultJobsTuning, type Jobs, type JobsOptions, type JobsTuning, startJobs } from './jobs.ts';
export { type Loop, type LoopOptions, startLoop } from './loop.ts';
export {
  type Claim,
  type DueMessage,
  type ExpiredClaim,
  jobIdOf,
  type MessageRef,
  refsOfJobId,
} from './message.ts';
export type { MessageCounts, OutboxStore, Settlement } from './outbox-store.ts';
export { connectQueue, type QueueConnections } from './queue-connections.ts';
export type { QueueLimits, QueueServer } from './queue-fitness.ts';
export type { QueueClient } from './queue-watch.ts';
export { createReconciler, type Reconciler, type ReconcilerOptions } from './reconciler.ts';
