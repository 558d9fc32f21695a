/**
 * Sends messages, however it heard of them: from the queue, or by looking into the outbox itself. It takes nothing from
 * whoever rang but the message's id and generation; the claimed row says what to send.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/index.ts';
import { atMost } from '../at-most.ts';
import type { OnJobsEvent } from '../events.ts';
import type { Claim, MessageRef } from '../outbox/message.ts';
import type { OutboxStore, Settlement } from '../outbox/outbox-store.ts';
import { ClaimLost, type HeldAttempt, holdClaim, WorkerStops } from './attempt.ts';
import { type MessageHandlers, type Outcome, pauseMs } from './handler.ts';

export type DelivererOptions<C extends Claim> = {
  store: OutboxStore<C>;
  handlers: MessageHandlers<C>;
  clock: Clock;
  /** Length of a claim, in ms; longer than a handler takes, as a rule. */
  claimMs: number;
  /** Between two tries to note how a message went, in ms. */
  settleAgainMs: number;
  onEvent: OnJobsEvent;
  random?: () => number;
};

export type Deliverer = {
  /** Messages in work at this moment, those that are being noted as sent among them. */
  readonly holding: number;
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
const mostHeld = 200;

export function createDeliverer<C extends Claim>(options: DelivererOptions<C>): Deliverer {
  const { store, handlers, clock, claimMs, settleAgainMs, onEvent, random = Math.random } = options;
  const held = new Set<HeldAttempt>();
  /** From the asking for a claim to its end: a stop waits for all of it. */
  const busy = new Set<Promise<unknown>>();
  let stopping = false;
  let givenUp = false;

  const claimUntil = (nowMs: number) => ({ token: randomUUID(), nowMs, untilMs: nowMs + claimMs });

  async function work(claim: C): Promise<void> {
    const onError = (error: unknown): void => onEvent({ event: 'error', where: 'renewing a claim', error });
    const attempt = holdClaim({ claim, store, clock, claimMs, onError });
    held.add(attempt);
    if (stopping) attempt.abort(new WorkerStops('the worker stops'));
    const settlement = await settlementOf(claim, attempt);
    const noted = note(claim, settlement).finally(() => {
      attempt.end();
      held.delete(attempt);
    });
    // The claim is held until it is noted; who sends need not wait for that, unless the store has fallen behind.
    if (settlement?.to !== 'sent' || held.size > mostHeld) await noted;
    else track(noted);
  }

  function track(work: Promise<unknown>): void {
    busy.add(work);
    const done = (): void => void busy.delete(work);
    work.then(done, done);
  }

  async function take(claiming: Promise<C | null>, onClaimed = (): void => {}): Promise<boolean> {
    const taking = claiming.then(async (claim) => {
      if (claim !== null) {
        onClaimed();
        await work(claim);
      }
      return claim !== null;
    });
    track(taking);
    return taking;
  }

  async function note(claim: C, settlement: Settlement | null): Promise<void> {
    if (settlement !== null && (await settle(claim, settlement))) {
      const { id, kind, attempts } = claim;
      onEvent({ event: 'settled', id, kind, attempts, settlement });
    } else {
      onEvent({ event: 'claim-lost', id: claim.id, kind: claim.kind });
    }
  }

  /** Null when the claim was lost before anything was done. */
  async function settlementOf(claim: C, attempt: HeldAttempt): Promise<Settlement | null> {
    const handler = handlers[claim.kind];
    if (handler === undefined) return { to: 'dead', reason: `nothing handles ${claim.kind}` };
    let outcome: Outcome;
    try {
      outcome = await handler.send(claim, attempt);
    } catch (error) {
      if (error instanceof ClaimLost && !attempt.begun) return null;
      outcome = { is: attempt.begun ? 'unknown' : 'not-sent', reason: reasonOf(error) };
    }
    switch (outcome.is) {
      case 'sent':
        return { to: 'sent' };
      case 'skipped':
        return { to: 'skipped', reason: outcome.reason };
      case 'refused':
        return { to: 'failed', reason: outcome.reason };
      case 'unknown':
        return { to: 'unknown', reason: outcome.reason };
      case 'later':
        return { to: 'later', dueMs: outcome.dueMs, reason: outcome.reason };
      case 'not-sent': {
        if (stopping) return { to: 'returned' };
        if (claim.attempts >= handler.retry.mostAttempts) return { to: 'dead', reason: outcome.reason };
        const dueMs = clock.nowMs() + pauseMs(handler.retry, claim.attempts, random);
        return { to: 'retry', dueMs, reason: outcome.reason };
      }
    }
  }

  /** What was sent must be noted, or it is sent again: so the store is asked until it answers. */
  async function settle(claim: C, settlement: Settlement): Promise<boolean> {
    for (;;) {
      try {
        return await store.settle(claim, settlement, clock.nowMs());
      } catch (error) {
        onEvent({ event: 'error', where: 'settling a message', error });
        if (givenUp) return false;
        await pause(settleAgainMs);
      }
    }
  }

  return {
    get holding() {
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
        if (!attempt.begun) attempt.abort(new WorkerStops('the worker stops'));
      }
      const finished = async (): Promise<void> => {
        while (busy.size > 0) await Promise.allSettled(busy);
      };
      await atMost(graceMs, finished());
      givenUp = true;
      for (const attempt of held) attempt.abort(new WorkerStops('the worker stops'));
      await atMost(Math.min(graceMs, 1000), finished());
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
