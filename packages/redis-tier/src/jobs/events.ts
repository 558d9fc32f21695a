import type { Completion } from './outbox/outbox-store.ts';

/** What happens to messages and to the queue, for logs and counters. Reasons are internal: not for the public. */
export type JobsEvent =
  | {
      readonly event: 'completed';
      readonly id: string;
      readonly kind: string;
      readonly attempts: number;
      readonly completion: Completion;
    }
  /** A worker ended its work on a message that was no longer its own. */
  | { readonly event: 'lease-lost'; readonly id: string; readonly kind: string }
  /** Claims that ended without a word: sent or not, nobody knows. */
  | { readonly event: 'unknown'; readonly ids: readonly string[] }
  /** Unknown messages that are sent again. */
  | { readonly event: 'resent'; readonly kind: string; readonly count: number }
  /** Messages that the queue was given and lost, or was too slow with: they are handed over again. */
  | { readonly event: 're-enqueued'; readonly count: number }
  /** The queue lost something, so all that it had is handed over again. */
  | { readonly event: 'queue-lost'; readonly reason: string }
  /** Without the queue the worker drains the outbox itself. */
  | { readonly event: 'queue-unavailable'; readonly reason: string }
  | { readonly event: 'queue-available' }
  /** The server of the queue must not have one (reason), or may again (null): meanwhile the outbox is drained. */
  | { readonly event: 'queue-unsuitable'; readonly reason: string | null }
  | { readonly event: 'queue-warning'; readonly reason: string }
  | { readonly event: 'error'; readonly where: string; readonly error: unknown };

export type OnJobsEvent = (event: JobsEvent) => void;
