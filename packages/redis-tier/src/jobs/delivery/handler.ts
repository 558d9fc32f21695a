import type { MessageLease } from '../outbox/message.ts';

/** The outcome of an attempt, as far as the handler knows it. */
export type Outcome =
  | { readonly kind: 'sent' }
  /** It need not be sent: it is not wanted, or no longer true. */
  | { readonly kind: 'skipped'; readonly reason: string }
  /** Nothing was tried, because it is not the right time. It is due again at `dueMs`. */
  | { readonly kind: 'postponed'; readonly dueMs: number; readonly reason: string }
  /** It was certainly not sent, and may be tried again. */
  | { readonly kind: 'not-sent'; readonly reason: string }
  /** It was refused; another attempt would be refused too. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The reply was lost: it may have been sent. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** One attempt to send a message. */
export type Attempt = {
  /** Aborted when the lease is lost or the worker must stop. */
  readonly signal: AbortSignal;
  /**
   * Call it last before anything irreversible. Renews the lease when less than half of it is left. Throws when the
   * worker no longer holds the lease, or when the worker is stopping and returns messages that were not begun.
   */
  begin(): Promise<void>;
};

/** How often and when a kind of message is retried. */
export type RetryPolicy = {
  /** Maximum attempts; then the message is dead. */
  readonly maxAttempts: number;
  /** Longest pause after the first failure, in ms; it doubles with each further one. */
  readonly initialBackoffMs: number;
  /** Longest pause of all, in ms. */
  readonly maxBackoffMs: number;
  /** How often a message with unknown outcome is sent again; 0: operators decide. */
  readonly maxUnknownResends: number;
};

/**
 * Sends messages of one kind. An error thrown before `attempt.begin()` counts as not sent, an error thrown afterwards
 * as unknown, and so does anything returned that is no outcome. A handler that knows more returns an outcome.
 */
export type MessageHandler<C extends MessageLease = MessageLease> = {
  readonly retry: RetryPolicy;
  send(lease: C, attempt: Attempt): Promise<Outcome>;
};

/** The handler of each kind. When the store names its kinds, each handler receives messages of its kind. */
export type MessageHandlers<C extends MessageLease = MessageLease> = {
  readonly [Kind in C['kind']]: MessageHandler<C & { readonly kind: Kind }>;
};

/** The handler of a claimed message; undefined: there is none for its kind. */
export function handlerOf<C extends MessageLease>(
  handlers: MessageHandlers<C>,
  kind: string,
): MessageHandler<C> | undefined {
  return Object.hasOwn(handlers, kind)
    ? (handlers as Readonly<Record<string, MessageHandler<C>>>)[kind]
    : undefined;
}

/**
 * The pause before the next attempt, in ms: a random time between half of the doubled pause and all of it, so that
 * messages that failed together are not retried together. `random` is in [0, 1).
 */
export function pauseMs(policy: RetryPolicy, attempts: number, random: () => number): number {
  const maxMs = Math.min(policy.initialBackoffMs * 2 ** Math.max(attempts - 1, 0), policy.maxBackoffMs);
  return Math.round(maxMs * (0.5 + random() / 2));
}
