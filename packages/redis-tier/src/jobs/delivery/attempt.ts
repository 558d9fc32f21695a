import type { Clock } from '../../core/index.ts';
import type { MessageLease } from '../outbox/message.ts';
import type { OutboxStore } from '../outbox/outbox-store.ts';
import type { Attempt } from './handler.ts';

/** The claim is no longer this worker's: it took too long, and somebody else decides about the message now. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/** The worker stops, and this message had not been begun. */
export class WorkerStoppingError extends Error {
  override readonly name = 'WorkerStoppingError';
}

export type LeasedAttempt = Attempt & {
  readonly claim: MessageLease;
  /** Whether something was done that cannot be taken back. */
  readonly begun: boolean;
  abort(reason: Error): void;
  /** Ends the renewing. */
  end(): void;
};

export type AttemptOptions = {
  claim: MessageLease;
  store: Pick<OutboxStore, 'renew'>;
  clock: Clock;
  /** Length of a claim, in ms. */
  leaseMs: number;
  onError: (error: unknown) => void;
};

/**
 * Holds a claim while its handler works: a third of it gone, it is claimed again. A worker that was frozen for longer finds
 * out before it sends, not after.
 */
export function holdLease({ claim, store, clock, leaseMs, onError }: AttemptOptions): LeasedAttempt {
  // Made when somebody asks for it: hundreds are made a second, and many are never looked at.
  let abortion: AbortController | undefined;
  let abortedFor: Error | undefined;
  let untilMs = claim.untilMs;
  let begun = false;
  const halfMs = leaseMs / 2;

  function abort(reason: Error): void {
    abortedFor ??= reason;
    abortion?.abort(abortedFor);
  }

  function throwIfAborted(): void {
    if (abortedFor !== undefined) throw abortedFor;
  }

  async function renew(): Promise<void> {
    const nextMs = clock.nowMs() + leaseMs;
    if (await store.renew(claim, nextMs)) untilMs = nextMs;
    else abort(new LeaseLostError('the claim was given to somebody else'));
  }
  const timer = setInterval(() => void renew().catch(onError), leaseMs / 3).unref();

  return {
    claim,
    get signal() {
      if (abortion === undefined) {
        abortion = new AbortController();
        if (abortedFor !== undefined) abortion.abort(abortedFor);
      }
      return abortion.signal;
    },
    get begun() {
      return begun;
    },
    async begin() {
      throwIfAborted();
      if (untilMs - clock.nowMs() < halfMs) await renew();
      throwIfAborted();
      begun = true;
    },
    abort,
    end: () => clearInterval(timer),
  };
}
