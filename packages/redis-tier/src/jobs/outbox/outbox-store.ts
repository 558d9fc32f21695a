import type { DueMessage, ExpiredLease, MessageLease, MessageRef } from './message.ts';

/** The outcome that ends a lease. */
export type Completion =
  /** It was sent. */
  | { readonly state: 'sent' }
  /** It need not be sent any more. */
  | { readonly state: 'skipped'; readonly reason: string }
  /** It was not sent and is tried again at `dueMs`. */
  | { readonly state: 'retry'; readonly dueMs: number; readonly reason: string }
  /** It was not tried, because it is due at `dueMs`; this does not count as an attempt. */
  | { readonly state: 'postponed'; readonly dueMs: number; readonly reason: string }
  /** It was refused permanently: another attempt would be refused too. */
  | { readonly state: 'failed'; readonly reason: string }
  /** All attempts that its kind allows have failed. */
  | { readonly state: 'dead'; readonly reason: string }
  /** It is unknown whether it was sent. */
  | { readonly state: 'unknown'; readonly reason: string }
  /** It was not tried: the worker is stopping. Another worker takes it immediately. */
  | { readonly state: 'released' };

/** Number of messages by state. */
export type MessageCounts = { readonly [state: string]: number };

/**
 * The store of messages: the source of truth about what must be sent and what was sent. The queue in Redis only wakes
 * workers.
 *
 * A message is `pending` (not enqueued), `enqueued` (in the queue), `sending` (a worker holds its lease), and then
 * `sent`, `failed`, `dead`, `unknown` or `cancelled`. Every step is one statement that takes effect immediately. A
 * claim decides by the row of the message alone: a change that cancels a message cancels that row in its own
 * transaction, and no claim of the message commits afterwards.
 */
export type OutboxStore<C extends MessageLease = MessageLease> = {
  /**
   * Pending messages due at `dueBeforeMs` or earlier, at most `limit`: urgent ones first, and within one priority the
   * tenants in turn. May return fewer even if more are due; returns none only if none are due. `urgentOnly` returns
   * priority 0 only.
   */
  findDue(query: { dueBeforeMs: number; limit: number; urgentOnly?: boolean }): Promise<DueMessage[]>;
  /** Number of messages in the queue. */
  countEnqueued(): Promise<number>;
  /** Records that the messages are enqueued. Messages that have changed in the meantime stay as they are. */
  markEnqueued(refs: readonly MessageRef[], nowMs: number): Promise<void>;

  /** Claims the message if it is due, still of this generation, and pending or enqueued; otherwise null. */
  claim(ref: MessageRef, claim: { token: string; nowMs: number; untilMs: number }): Promise<C | null>;
  /**
   * Claims the first message that findDue would return, or that is enqueued; skips rows locked by another worker. A
   * store that answers concurrent claims together uses the latest `dueBeforeMs`: by an earlier one, a claim that was
   * made for a new message would miss it.
   */
  claimNext(claim: { token: string; nowMs: number; dueBeforeMs: number; untilMs: number }): Promise<C | null>;
  /** Renews a lease; false when the worker no longer holds it. */
  renew(lease: MessageLease, untilMs: number): Promise<boolean>;
  /**
   * Ends a lease; false when the worker no longer holds it. `sent` also counts when the lease has expired and no
   * other worker has claimed the message since. A message that was cancelled while it was being sent is not tried
   * again.
   */
  complete(lease: MessageLease, completion: Completion, nowMs: number): Promise<boolean>;

  /** Makes messages whose lease ended before `nowMs` `unknown` and returns them. */
  expireLeases(nowMs: number): Promise<ExpiredLease[]>;
  /** Makes unknown messages of `kind` pending again that were unknown at most `most` times; returns their number. */
  resendUnknown(kind: string, most: number, nowMs: number): Promise<number>;
  /** Enqueued messages that were due and enqueued before the given times, found by their state alone. */
  findLost(query: { dueBeforeMs?: number; enqueuedBeforeMs: number; limit: number }): Promise<MessageRef[]>;
  /** Makes enqueued or pending messages pending under the next generation, so that the queue accepts them again. */
  raiseGeneration(refs: readonly MessageRef[]): Promise<void>;

  /** Number of messages by state, for operators. */
  counts(): Promise<MessageCounts>;

  /**
   * Optional. Calls `onMessage` when messages may have become due, until it is stopped. Calls may be lost, since jobs
   * also poll.
   */
  listen?(onMessage: () => void, onError: (error: unknown) => void): { stop(): void };
};
