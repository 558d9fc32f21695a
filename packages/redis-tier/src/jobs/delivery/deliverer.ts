/**
 * Sends messages, however it heard of them: from the queue, or by looking into the outbox itself. It takes nothing from
 * whoever rang but the message's id and generation; the claimed row says what to send.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/index.ts';
import { withTimeout } from '../at-most.ts';
import type { OnJobsEvent } from '../events.ts';
import type { MessageLease, MessageRef } from '../outbox/message.ts';
import type { Completion, OutboxStore } from '../outbox/outbox-store.ts';
import { holdLease, type LeasedAttempt, LeaseLostError, WorkerStoppingError } from './attempt.ts';
import { type MessageHandlers, type Outcome, pauseMs } from './handler.ts';

export type DelivererOptions<C extends MessageLease> = {
  store: OutboxStore<C>;
  handlers: MessageHandlers<C>;
  clock: Clock;
  /** Length of a claim, in ms; longer than a handler takes, as a rule. */
  leaseMs: number;
  /** Between two tries to note how a message went, in ms. */
  completeRetryMs: number;
  onEvent: OnJobsEvent;
  random?: () => number;
};

export type Deliverer = {
  /** Messages in work at this moment, those that are being noted as sent among them. */
  readonly inProgress: number;
  /**
   * Sends the message if it can be claimed. Never throws for what happens to the message. That it was sent may still be on
   * its way to the store when this resolves.
   */
  deliver(ref: MessageRef): Promise<void>;
  /** Claims and sends one message that was due at `dueBeforeMs`; false when there is none. `onClaimed` hears that there is. */
  deliverNext(dueBeforeMs: number, onClaimed: () => void): Promise<boolean>;
  /**
   * Takes nothing more, returns what has not been begun, waits up to `graceMs` for the rest and then breaks it off.
   * Resolves with the number of messages that it could not settle.
   */
  stop(graceMs: number): Promise<number>;
};

/** Above this, messages that are sent wait until they are noted. */
const maxHeld = 200;

export function createDeliverer<C extends MessageLease>(options: DelivererOptions<C>): Deliverer {
  const { store, handlers, clock, leaseMs, completeRetryMs, onEvent, random = Math.random } = options;
  const held = new Set<LeasedAttempt>();
  /** From the asking for a claim to its end: a stop waits for all of it. */
  const busy = new Set<Promise<unknown>>();
  let stopping = false;
  let givenUp = false;

  const claimUntil = (nowMs: number) => ({ token: randomUUID(), nowMs, untilMs: nowMs + leaseMs });

  async function work(claim: C): Promise<void> {
    const onError = (error: unknown): void => onEvent({ event: 'error', where: 'renewing a claim', error });
    const attempt = holdLease({ claim, store, clock, leaseMs, onError });
    held.add(attempt);
    if (stopping) attempt.abort(new WorkerStoppingError('the worker stops'));
    const completion = await completionOf(claim, attempt);
    const noted = note(claim, completion).finally(() => {
      attempt.end();
      held.delete(attempt);
    });
    // The claim is held until it is noted; who sends need not wait for that, unless the store has fallen behind.
    if (completion?.state !== 'sent' || held.size > maxHeld) await noted;
    else track(noted);
  }

  function track(work: Promise<unknown>): void {
    busy.add(work);
    const done = (): void => void busy.delete(work);
    work.then(done, done);
  }

  async function take(claiming: Promise<C | null>, onClaimed = (): void => {}): Promise<boolean> {
    const accepting = claiming.then(async (claim) => {
      if (claim !== null) {
        onClaimed();
        await work(claim);
      }
      return claim !== null;
    });
    track(accepting);
    return accepting;
  }

  async function note(claim: C, completion: Completion | null): Promise<void> {
    if (completion !== null && (await settle(claim, completion))) {
      const { id, kind, attempts } = claim;
      onEvent({ event: 'completed', id, kind, attempts, completion });
    } else {
      onEvent({ event: 'lease-lost', id: claim.id, kind: claim.kind });
    }
  }

  /** Null when the claim was lost before anything was done. */
  async function completionOf(claim: C, attempt: LeasedAttempt): Promise<Completion | null> {
    const handler = handlers[claim.kind];
    if (handler === undefined) return { state: 'dead', reason: `nothing handles ${claim.kind}` };
    let outcome: Outcome;
    try {
      outcome = await handler.send(claim, attempt);
    } catch (error) {
      if (error instanceof LeaseLostError && !attempt.begun) return null;
      outcome = { kind: attempt.begun ? 'unknown' : 'not-sent', reason: reasonOf(error) };
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
        if (claim.attempts >= handler.retry.maxAttempts) return { state: 'dead', reason: outcome.reason };
        const dueMs = clock.nowMs() + pauseMs(handler.retry, claim.attempts, random);
        return { state: 'retry', dueMs, reason: outcome.reason };
      }
    }
  }

  /** What was sent must be noted, or it is sent again: so the store is asked until it answers. */
  async function settle(claim: C, completion: Completion): Promise<boolean> {
    for (;;) {
      try {
        return await store.complete(claim, completion, clock.nowMs());
      } catch (error) {
        onEvent({ event: 'error', where: 'settling a message', error });
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
        if (!attempt.begun) attempt.abort(new WorkerStoppingError('the worker stops'));
      }
      const finished = async (): Promise<void> => {
        while (busy.size > 0) await Promise.allSettled(busy);
      };
      await withTimeout(graceMs, finished());
      givenUp = true;
      for (const attempt of held) attempt.abort(new WorkerStoppingError('the worker stops'));
      await withTimeout(Math.min(graceMs, 1000), finished());
      return busy.size;
    },
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
