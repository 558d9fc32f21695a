import type { Clock } from '../../core/index.ts';
import { timers } from '../../core/internal.ts';
import type { MessageLease } from '../outbox/message.ts';
import type { OutboxStore } from '../outbox/outbox-store.ts';
import type { Attempt } from './handler.ts';

/** The worker no longer holds the lease: it took too long, and another worker decides about the message. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/** The worker is stopping before it began to send this message. */
export class WorkerStoppingError extends Error {
  override readonly name = 'WorkerStoppingError';
}

export type LeasedAttempt = Attempt & {
  readonly lease: MessageLease;
  /** Whether something irreversible was done. */
  readonly started: boolean;
  abort(reason: Error): void;
  /** Stops renewing the lease. */
  end(): void;
};

export type AttemptOptions = {
  lease: MessageLease;
  store: Pick<OutboxStore, 'renew'>;
  clock: Clock;
  /** Duration of a lease, in ms. */
  leaseMs: number;
  onError: (error: unknown) => void;
};

/**
 * Holds a lease while its handler works, and renews it every third of its duration. A worker that was frozen for longer
 * notices before it sends, not after.
 */
export function holdLease({ lease, store, clock, leaseMs, onError }: AttemptOptions): LeasedAttempt {
  // Created on first access: hundreds of attempts run per second, and most handlers never read the signal.
  let controller: AbortController | undefined;
  let abortReason: Error | undefined;
  let untilMs = lease.untilMs;
  let started = false;
  const halfMs = leaseMs / 2;

  function abort(reason: Error): void {
    abortReason ??= reason;
    controller?.abort(abortReason);
  }

  function throwIfAborted(): void {
    if (abortReason !== undefined) throw abortReason;
  }

  async function renew(): Promise<void> {
    const nextMs = clock.nowMs() + leaseMs;
    if (await store.renew(lease, nextMs)) untilMs = nextMs;
    else abort(new LeaseLostError('another worker holds the lease'));
  }
  const timer = timers.setInterval(() => void renew().catch(onError), leaseMs / 3).unref();

  return {
    lease,
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (abortReason !== undefined) controller.abort(abortReason);
      }
      return controller.signal;
    },
    get started() {
      return started;
    },
    async begin() {
      throwIfAborted();
      if (untilMs - clock.nowMs() < halfMs) await renew();
      throwIfAborted();
      started = true;
    },
    abort,
    end: () => timers.clearInterval(timer),
  };
}
