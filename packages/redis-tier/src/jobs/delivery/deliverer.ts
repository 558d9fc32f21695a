/**
 * Sends messages, whether the queue or a poll of the outbox found them. From the queue it takes only the message's id
 * and generation; the leased row determines what is sent.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/index.ts';
import { timers } from '../../core/internal.ts';
import type { OnJobsEvent } from '../events.ts';
import type { MessageLease, MessageRef } from '../outbox/message.ts';
import type { Completion, OutboxStore } from '../outbox/outbox-store.ts';
import { withTimeout } from '../with-timeout.ts';
import { holdLease, type LeasedAttempt, LeaseLostError, WorkerStoppingError } from './attempt.ts';
import { handlerOf, type MessageHandlers, type Outcome, pauseMs } from './handler.ts';
import { readOutcome, reasonOf } from './outcome.ts';

export type DelivererOptions<C extends MessageLease> = {
  store: OutboxStore<C>;
  handlers: MessageHandlers<C>;
  clock: Clock;
  /** Duration of a lease, in ms; should be longer than a handler usually takes. */
  leaseMs: number;
  /** Pause between two attempts to record the outcome of a message, in ms. */
  completeRetryMs: number;
  onEvent: OnJobsEvent;
  random?: () => number;
};

export type Deliverer = {
  /** Messages in progress, including those whose outcome is being recorded. */
  readonly inProgress: number;
  /**
   * Sends the message if it can be claimed. Never throws because of the message. The record that it was sent may
   * still be under way to the store when this resolves.
   */
  deliver(ref: MessageRef): Promise<void>;
  /**
   * Claims and sends one message that was due at `dueBeforeMs`; false when there is none. Calls `onClaimed` if there
   * is.
   */
  deliverNext(dueBeforeMs: number, onClaimed: () => void): Promise<boolean>;
  /**
   * Claims nothing more, returns messages that were not started, waits up to `graceMs` for the rest, then aborts them.
   * Resolves with the number of messages whose outcome could not be recorded.
   */
  stop(graceMs: number): Promise<number>;
};

/** Above this number of leases, a worker waits until the outcome of a sent message is recorded. */
const maxUnrecorded = 200;

export function createDeliverer<C extends MessageLease>(options: DelivererOptions<C>): Deliverer {
  const { store, handlers, clock, leaseMs, completeRetryMs, onEvent, random = Math.random } = options;
  const held = new Set<LeasedAttempt>();
  /** Work from the claim until the outcome is recorded; `stop` waits for all of it. */
  const busy = new Set<Promise<unknown>>();
  let stopping = false;
  let givenUp = false;

  const claimUntil = (nowMs: number) => ({ token: randomUUID(), nowMs, untilMs: nowMs + leaseMs });

  async function work(lease: C): Promise<void> {
    const onError = (error: unknown): void => onEvent({ event: 'error', where: 'renewing a lease', error });
    const attempt = holdLease({ lease, store, clock, leaseMs, onError });
    held.add(attempt);
    if (stopping) attempt.abort(new WorkerStoppingError('the worker is stopping'));
    const completion = await completionOf(lease, attempt);
    const recorded = record(lease, completion).finally(() => {
      attempt.end();
      held.delete(attempt);
    });
    // The lease is held until the outcome is recorded. The worker does not wait for that unless the store has fallen
    // behind.
    if (completion?.state !== 'sent' || held.size > maxUnrecorded) await recorded;
    else track(recorded);
  }

  function track(work: Promise<unknown>): void {
    busy.add(work);
    const done = (): void => void busy.delete(work);
    work.then(done, done);
  }

  async function take(claiming: Promise<C | null>, onClaimed = (): void => {}): Promise<boolean> {
    const accepting = claiming.then(async (lease) => {
      if (lease !== null) {
        onClaimed();
        await work(lease);
      }
      return lease !== null;
    });
    track(accepting);
    return accepting;
  }

  async function record(lease: C, completion: Completion | null): Promise<void> {
    if (completion !== null && (await complete(lease, completion))) {
      const { id, kind, attempts } = lease;
      onEvent({ event: 'completed', id, kind, attempts, completion });
    } else {
      onEvent({ event: 'lease-lost', id: lease.id, kind: lease.kind });
    }
  }

  /** Null when the lease was lost before anything was done. */
  async function completionOf(lease: C, attempt: LeasedAttempt): Promise<Completion | null> {
    const handler = handlerOf(handlers, lease.kind);
    if (handler === undefined) return { state: 'dead', reason: `no handler for ${lease.kind}` };
    let outcome: Outcome;
    try {
      outcome = readOutcome(await handler.send(lease, attempt), (returned) =>
        onEvent({ event: 'invalid-outcome', id: lease.id, kind: lease.kind, returned }),
      );
    } catch (error) {
      if (error instanceof LeaseLostError && !attempt.started) return null;
      outcome = { kind: attempt.started ? 'unknown' : 'not-sent', reason: reasonOf(error) };
    }
    switch (outcome.kind) {
      case 'sent':
        return { state: 'sent' };
      case 'skipped':
        return { state: 'skipped', reason: outcome.reason };
      case 'refused':
        return { state: 'failed', reason: outcome.reason };
      case 'unknown':
        return { state: 'unknown', reason: outcome.reason };
      case 'postponed':
        return { state: 'postponed', dueMs: outcome.dueMs, reason: outcome.reason };
      case 'not-sent': {
        if (stopping) return { state: 'released' };
        if (lease.attempts >= handler.retry.maxAttempts) return { state: 'dead', reason: outcome.reason };
        const dueMs = clock.nowMs() + pauseMs(handler.retry, lease.attempts, random);
        return { state: 'retry', dueMs, reason: outcome.reason };
      }
    }
  }

  /** Retries until the store has recorded the outcome: a sent message without a record would be sent again. */
  async function complete(lease: C, completion: Completion): Promise<boolean> {
    for (;;) {
      try {
        return await store.complete(lease, completion, clock.nowMs());
      } catch (error) {
        onEvent({ event: 'error', where: 'recording the outcome of a message', error });
        if (givenUp) return false;
        await pause(completeRetryMs);
      }
    }
  }

  return {
    get inProgress() {
      return held.size;
    },

    async deliver(ref) {
      if (stopping) return store.raiseGeneration([ref]);
      await take(store.claim(ref, claimUntil(clock.nowMs())));
    },

    async deliverNext(dueBeforeMs, onClaimed) {
      if (stopping) return false;
      return take(store.claimNext({ ...claimUntil(clock.nowMs()), dueBeforeMs }), onClaimed);
    },

    async stop(graceMs) {
      stopping = true;
      for (const attempt of held) {
        if (!attempt.started) attempt.abort(new WorkerStoppingError('the worker is stopping'));
      }
      const finished = async (): Promise<void> => {
        while (busy.size > 0) await Promise.allSettled(busy);
      };
      await withTimeout(graceMs, finished());
      givenUp = true;
      for (const attempt of held) attempt.abort(new WorkerStoppingError('the worker is stopping'));
      await withTimeout(Math.min(graceMs, 1000), finished());
      return busy.size;
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => timers.setTimeout(resolve, ms));
}
