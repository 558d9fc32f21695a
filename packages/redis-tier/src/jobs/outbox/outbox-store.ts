import type { DueMessage, ExpiredLease, MessageLease, MessageRef } from './message.ts';

/** How a claimed message is put back or put away. */
export type Completion =
  /** It was sent. */
  | { readonly state: 'sent' }
  /** There is no need to send it any more. */
  | { readonly state: 'skipped'; readonly reason: string }
  /** It was not sent and is tried again at `dueMs`. */
  | { readonly state: 'retry'; readonly dueMs: number; readonly reason: string }
  /** It was not tried, because its time is `dueMs`; this does not count as a try. */
  | { readonly state: 'postponed'; readonly dueMs: number; readonly reason: string }
  /** It was refused for good: trying again would be refused again. */
  | { readonly state: 'failed'; readonly reason: string }
  /** It was tried as often as its kind allows. */
  | { readonly state: 'dead'; readonly reason: string }
  /** Nobody can know whether it was sent. */
  | { readonly state: 'unknown'; readonly reason: string }
  /** It was not tried: the worker stops. Somebody else takes it at once. */
  | { readonly state: 'released' };

/** How messages are told apart by where they stand. */
export type MessageCounts = { readonly [state: string]: number };

/**
 * Where the messages are: the truth about what is to be sent and what was. The queue in Redis only says when to look.
 *
 * A message is `pending` (nobody has been told), `handed` (the queue has it), `sending` (a worker has claimed it), and
 * then `sent`, `failed`, `dead`, `unknown` or `cancelled`. Every step is one statement that takes effect at once, and a
 * claim decides by the row of the message alone: whoever cancels a message cancels that row in the transaction of the
 * change, and no claim of it commits afterwards.
 */
export type OutboxStore<C extends MessageLease = MessageLease> = {
  /**
   * Pending messages that are due at `dueBeforeMs` or earlier, at most `limit`: the urgent first, and of one priority the
   * tenants in turn. There may be fewer although more are due; none: none is. `urgentOnly` leaves out all that can wait.
   */
  findDue(query: { dueBeforeMs: number; limit: number; urgentOnly?: boolean }): Promise<DueMessage[]>;
  /** How many messages are with the queue. */
  countEnqueued(): Promise<number>;
  /** Notes that the queue has them. What has changed meanwhile stays as it is. */
  markEnqueued(refs: readonly MessageRef[], nowMs: number): Promise<void>;

  /** Claims the message if it is due, still of this generation, and pending or handed; else null. */
  claim(ref: MessageRef, claim: { token: string; nowMs: number; untilMs: number }): Promise<C | null>;
  /** Claims the first message of what findDue would find, or that is handed, passing by those that another worker looks at. */
  claimNext(claim: { token: string; nowMs: number; dueBeforeMs: number; untilMs: number }): Promise<C | null>;
  /** Extends a claim; false when it is no longer this worker's. */
  renew(claim: MessageLease, untilMs: number): Promise<boolean>;
  /**
   * Ends a claim; false when it is no longer this worker's. `sent` also counts when the claim has expired and nobody
   * else has claimed since. A message that was cancelled while it was being sent is not tried again.
   */
  complete(claim: MessageLease, completion: Completion, nowMs: number): Promise<boolean>;

  /** Makes claims that ended before `nowMs` `unknown` and says which. */
  expireLeases(nowMs: number): Promise<ExpiredLease[]>;
  /** Makes unknown messages of `kind` pending again that were unknown at most `most` times; says how many. */
  resendUnknown(kind: string, most: number, nowMs: number): Promise<number>;
  /** Handed messages that were due (if that is asked) and handed by the given times, found by their state alone. */
  findLost(query: { dueBeforeMs?: number; enqueuedBeforeMs: number; limit: number }): Promise<MessageRef[]>;
  /** Makes handed or pending messages pending again under the next generation, so that the queue takes them anew. */
  raiseGeneration(refs: readonly MessageRef[]): Promise<void>;

  /** How many messages stand where, for operators. */
  counts(): Promise<MessageCounts>;
};
