import type { Completion } from './outbox/outbox-store.ts';

/** Events of messages and of the queue, for logs and counters. Reasons are internal, not for end users. */
export type JobsEvent =
  | {
      readonly event: 'completed';
      readonly id: string;
      readonly kind: string;
      readonly attempts: number;
      readonly completion: Completion;
    }
  /** A handler returned something that is no outcome. The message becomes `unknown`. */
  | {
      readonly event: 'invalid-outcome';
      readonly id: string;
      readonly kind: string;
      readonly returned: string;
    }
  /** A worker finished a message whose lease it no longer held. */
  | { readonly event: 'lease-lost'; readonly id: string; readonly kind: string }
  /** Leases that expired without an outcome: the messages may or may not have been sent. */
  | { readonly event: 'unknown'; readonly ids: readonly string[] }
  /** Messages with unknown outcome that are sent again. */
  | { readonly event: 'resent'; readonly kind: string; readonly count: number }
  /** Messages that the queue lost or delivers too late: they are enqueued again. */
  | { readonly event: 're-enqueued'; readonly count: number }
  /** The queue lost data: all its messages are enqueued again. */
  | { readonly event: 'queue-lost'; readonly reason: string }
  /** Without the queue, the worker polls the outbox. */
  | { readonly event: 'queue-unavailable'; readonly reason: string }
  | { readonly event: 'queue-available' }
  /** The server is unsuitable for a queue (reason), or suitable again (null). While unsuitable, the worker polls. */
  | { readonly event: 'queue-unsuitable'; readonly reason: string | null }
  | { readonly event: 'queue-warning'; readonly reason: string }
  | { readonly event: 'error'; readonly where: string; readonly error: unknown };

export type OnJobsEvent = (event: JobsEvent) => void;
