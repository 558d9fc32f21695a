/**
 * An outbox in the memory of one process, for tests and for trying things out: it has the calls of the PostgreSQL
 * outbox, no transactions, and loses everything at the end of the process.
 */
import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../core/index.ts';
import { anObjectWith, type Checks, checkOptions, integerFrom, optional } from '../core/internal.ts';
import {
  aPayloadLimit,
  type CheckedName,
  checkMessage,
  checkName,
  defaultMaxPayloadBytes,
} from '../jobs/outbox/new-message.ts';
import type { NewMessage, Outbox, PayloadLease, Payloads } from '../jobs/outbox/outbox.ts';
import type { OutboxStore } from '../jobs/outbox/outbox-store.ts';
import { isFinished, isWaiting, type MemoryMessage } from './memory-message.ts';
import { memoryStore } from './memory-store.ts';

export type MemoryOutboxOptions = {
  /**
   * Most messages, 1 to 1,000,000. Above it, the oldest finished message is dropped; when none is finished, `enqueue`
   * rejects with a RangeError. Default 10,000.
   */
  maxMessages?: number;
  /** Longest payload as JSON, 1 to 1,000,000 bytes. Default 65,536. */
  maxPayloadBytes?: number;
  /** The time of messages without `dueMs`. Default the system's clock. */
  clock?: Clock;
};

/** The first argument of `enqueue` and `cancel` is ignored: in PostgreSQL it is the connection of a transaction. */
export type MemoryOutbox<P extends Payloads> = Outbox<P, unknown> & {
  /** The message as it is now, for assertions; undefined when it does not exist. Its payload is JSON. */
  find(id: string): Readonly<MemoryMessage> | undefined;
};

export const memoryOutboxChecks: Checks<MemoryOutboxOptions> = {
  maxMessages: optional(integerFrom(1, 1_000_000)),
  maxPayloadBytes: optional(aPayloadLimit),
  clock: optional(anObjectWith('nowMs')),
};

/** @throws TypeError for an option that is out of range or unknown */
export function createMemoryOutbox<P extends Payloads = Record<string, unknown>>(
  options: MemoryOutboxOptions = {},
): MemoryOutbox<P> {
  checkOptions('createMemoryOutbox', options, memoryOutboxChecks, (message) => new TypeError(message));
  const { maxMessages = 10_000, maxPayloadBytes = defaultMaxPayloadBytes, clock = systemClock } = options;
  const messages = new Map<string, MemoryMessage>();
  const listeners = new Set<() => void>();
  /** Later, as a notification of PostgreSQL arrives after the commit: a listener claims messages at once. */
  const onPending = (): void => {
    for (const listener of listeners) queueMicrotask(listener);
  };

  function named(name: CheckedName): MemoryMessage | undefined {
    if ('id' in name) return messages.get(name.id);
    return [...messages.values()].find(
      ({ tenant, kind, key, cancelRequested }) =>
        tenant === name.tenant && kind === name.kind && key === name.key && !cancelRequested,
    );
  }

  function makeRoom(): void {
    if (messages.size < maxMessages) return;
    const finished = [...messages.values()].find(isFinished);
    if (finished === undefined)
      throw new RangeError(`enqueue: the outbox holds ${maxMessages} unfinished messages`);
    messages.delete(finished.id);
  }

  return {
    // The kinds and payloads of the messages are those that `enqueue` has written.
    ...(memoryStore(messages, onPending) as OutboxStore<PayloadLease<P>>),

    async enqueue(_client, message) {
      const checked = checkMessage(message as NewMessage<Record<string, unknown>>, {
        nowMs: clock.nowMs(),
        maxPayloadBytes,
      });
      const { tenant, kind, key } = checked;
      const existing = key === null ? undefined : named({ tenant, kind, key });
      if (existing !== undefined) return { id: existing.id, isNew: false };
      makeRoom();
      const id = randomUUID();
      messages.set(id, {
        ...checked,
        id,
        state: 'pending',
        generation: 1,
        attempts: 0,
        enqueuedMs: 0,
        token: '',
        untilMs: 0,
        unknownOutcomes: 0,
        cancelRequested: false,
        reason: '',
      });
      onPending();
      return { id, isNew: true };
    },

    async cancel(_client, name) {
      const message = named(checkName('cancel', name));
      if (message === undefined) return null;
      message.cancelRequested = true;
      if (isWaiting(message) || message.state === 'unknown') message.state = 'cancelled';
      const { id, state, unknownOutcomes } = message;
      const mayHaveBeenSent = state === 'sending' || state === 'sent' || unknownOutcomes > 0;
      return { id, state, mayHaveBeenSent };
    },

    listen(onMessage) {
      const listener = (): void => onMessage();
      listeners.add(listener);
      return { stop: () => void listeners.delete(listener) };
    },

    find: (id) => messages.get(id),
  };
}
