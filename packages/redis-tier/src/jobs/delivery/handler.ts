import type { MessageLease } from '../outbox/message.ts';

/** What a handler knows of how it went. */
export type Outcome =
  | { readonly kind: 'sent' }
  /** There is no need to send it: nobody wants it, or it is no longer true. */
  | { readonly kind: 'skipped'; readonly reason: string }
  /** Nothing was tried: this is not the time for it. It comes again at `dueMs`. */
  | { readonly kind: 'postponed'; readonly dueMs: number; readonly reason: string }
  /** It was surely not sent, and may be tried again. */
  | { readonly kind: 'not-sent'; readonly reason: string }
  /** It was refused, and would be refused again. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The answer was lost: it may have been sent. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** One try to send a message. */
export type Attempt = {
  /** Aborted when the claim is lost or the worker has to stop. */
  readonly signal: AbortSignal;
  /**
   * To be called last before what cannot be taken back. Claims again when half of the claim has gone. Throws when the
   * message is no longer this worker's, or when the worker stops and returns what it has not begun.
   */
  begin(): Promise<void>;
};

/** How often and when a kind is tried again. */
export type RetryPolicy = {
  /** Most tries; then the message is dead. */
  readonly maxAttempts: number;
  /** Longest pause after the first failure, in ms; it doubles with each further one. */
  readonly initialBackoffMs: number;
  /** Longest pause of all, in ms. */
  readonly maxBackoffMs: number;
  /** How often a message is sent again of which nobody knows whether it was sent; 0: it is left to operators. */
  readonly maxUnknownResends: number;
};

/**
 * Sends messages of one kind. What it throws before `attempt.begin()` counts as not sent, what it throws afterwards as
 * unknown: a handler that knows better says so by its outcome.
 */
export type MessageHandler<C extends MessageLease = MessageLease> = {
  readonly retry: RetryPolicy;
  send(claim: C, attempt: Attempt): Promise<Outcome>;
};

export type MessageHandlers<C extends MessageLease = MessageLease> = Readonly<
  Record<string, MessageHandler<C>>
>;

/**
 * The pause before the next try, in ms: between half of the doubled pause and all of it, so that messages that failed
 * together do not come back together. `random` is in [0, 1).
 */
export function pauseMs(policy: RetryPolicy, attempts: number, random: () => number): number {
  const maxMs = Math.min(policy.initialBackoffMs * 2 ** Math.max(attempts - 1, 0), policy.maxBackoffMs);
  return Math.round(maxMs * (0.5 + random() / 2));
}
