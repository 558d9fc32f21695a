import { clockSlackMs } from '../core/index.ts';
import type { MessageLease, MessageRef } from '../jobs/outbox/message.ts';
import type { Completion, OutboxStore } from '../jobs/outbox/outbox-store.ts';
import { isWaiting, type MemoryMessage } from './memory-message.ts';

/** The store of the jobs over these messages. `onPending` is called when a message may have become due. */
export function memoryStore(
  messages: ReadonlyMap<string, MemoryMessage>,
  onPending: () => void,
): OutboxStore<MessageLease & { payload: unknown; tenant: string; key: string | null }> {
  const all = (): MemoryMessage[] => [...messages.values()].sort((a, b) => a.dueMs - b.dueMs);
  const isFree = (message: MemoryMessage): boolean =>
    isWaiting(message) && (message.follows === null || messages.get(message.follows)?.state !== 'sending');
  const find = ({ id, generation }: MessageRef): MemoryMessage | undefined => {
    const message = messages.get(id);
    return message?.generation === generation ? message : undefined;
  };
  const refOf = ({ id, generation }: MemoryMessage): MessageRef => ({ id, generation });

  function fairOrder(dueBeforeMs: number): MemoryMessage[] {
    const sorted = all();
    const busy = new Map<string, number>();
    for (const { state, tenant } of sorted)
      if (state === 'sending') busy.set(tenant, (busy.get(tenant) ?? 0) + 1);
    const turns = new Map<string, number>();
    return sorted
      .filter((message) => isFree(message) && message.dueMs <= dueBeforeMs)
      .map((message) => {
        const queue = `${message.priority} ${message.tenant}`;
        const turn = turns.get(queue) ?? busy.get(message.tenant) ?? 0;
        turns.set(queue, turn + 1);
        return { turn, message };
      })
      .sort(
        (a, b) =>
          a.message.priority - b.message.priority || a.turn - b.turn || a.message.dueMs - b.message.dueMs,
      )
      .map(({ message }) => message);
  }

  function claim(message: MemoryMessage, { token, untilMs }: { token: string; untilMs: number }) {
    Object.assign(message, { state: 'sending', token, untilMs, attempts: message.attempts + 1 });
    const { id, generation, kind, attempts, tenant, key } = message;
    const payload: unknown = JSON.parse(message.payload);
    return { id, generation, kind, attempts, token, untilMs, payload, tenant, key };
  }

  function end(message: MemoryMessage, completion: Completion): void {
    message.reason = 'reason' in completion ? completion.reason : '';
    if (completion.state === 'unknown') message.unknownOutcomes += 1;
    const isPendingAgain = ['retry', 'postponed', 'released'].includes(completion.state);
    if ((isPendingAgain || completion.state === 'unknown') && message.cancelRequested)
      message.state = 'cancelled';
    else if (completion.state === 'skipped') message.state = 'cancelled';
    else
      message.state = isPendingAgain
        ? 'pending'
        : (completion.state as 'sent' | 'failed' | 'dead' | 'unknown');
    if (isPendingAgain) message.generation += 1;
    if ('dueMs' in completion) message.dueMs = completion.dueMs;
    if (completion.state === 'postponed' || completion.state === 'released') message.attempts -= 1;
    onPending();
  }

  return {
    findDue: async ({ dueBeforeMs, limit, urgentOnly = false }) =>
      fairOrder(dueBeforeMs)
        .filter((message) => message.state === 'pending' && (!urgentOnly || message.priority === 0))
        .slice(0, limit)
        .map((message) => ({ ...refOf(message), dueMs: message.dueMs, priority: message.priority })),
    countEnqueued: async () => all().filter((message) => message.state === 'enqueued').length,
    async markEnqueued(refs, nowMs) {
      for (const ref of refs) {
        const message = find(ref);
        if (message?.state === 'pending') Object.assign(message, { state: 'enqueued', enqueuedMs: nowMs });
      }
    },
    async claim(ref, lease) {
      const message = find(ref);
      return message !== undefined && isFree(message) && message.dueMs <= lease.nowMs + clockSlackMs
        ? claim(message, lease)
        : null;
    },
    async claimNext(lease) {
      const [message] = fairOrder(lease.dueBeforeMs);
      return message === undefined ? null : claim(message, lease);
    },
    async renew({ id, token }, untilMs) {
      const message = messages.get(id);
      if (message?.state !== 'sending' || message.token !== token) return false;
      message.untilMs = untilMs;
      return true;
    },
    async complete({ id, token }, completion) {
      const message = messages.get(id);
      if (message === undefined || message.token !== token) return false;
      const isOpen =
        message.state === 'sending' ||
        (completion.state === 'sent' && (isWaiting(message) || message.state === 'unknown'));
      if (!isOpen) return false;
      end(message, completion);
      return true;
    },
    async expireLeases(nowMs) {
      const expired = all().filter(({ state, untilMs }) => state === 'sending' && untilMs < nowMs);
      for (const message of expired)
        end(message, { state: 'unknown', reason: 'the lease of the worker expired' });
      return expired.map((message) => ({ ...refOf(message), kind: message.kind }));
    },
    async resendUnknown(kind, most, nowMs) {
      const again = all().filter(
        (message) => message.state === 'unknown' && message.kind === kind && message.unknownOutcomes <= most,
      );
      for (const message of again)
        Object.assign(message, { state: 'pending', generation: message.generation + 1, dueMs: nowMs });
      if (again.length > 0) onPending();
      return again.length;
    },
    findLost: async ({ dueBeforeMs = Number.POSITIVE_INFINITY, enqueuedBeforeMs, limit }) =>
      all()
        .filter(
          (message) =>
            message.state === 'enqueued' &&
            message.dueMs <= dueBeforeMs &&
            message.enqueuedMs <= enqueuedBeforeMs,
        )
        .slice(0, limit)
        .map(refOf),
    async raiseGeneration(refs) {
      for (const ref of refs) {
        const message = find(ref);
        if (message !== undefined && isWaiting(message))
          Object.assign(message, { state: 'pending', generation: message.generation + 1 });
      }
      onPending();
    },
    async counts() {
      const counts: Record<string, number> = {};
      for (const { state } of messages.values()) counts[state] = (counts[state] ?? 0) + 1;
      return counts;
    },
  };
}
