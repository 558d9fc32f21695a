import { timers } from '../../core/internal.ts';

/** Wakes callers that wait for another process's load when that process releases its lease. */
export class LeaseWaiters {
  readonly #waiting = new Map<string, Set<() => void>>();

  /**
   * Listens for the leases from now on, so that no wake-up between the request for a lease and the wait is missed.
   */
  expect(leaseKeys: readonly string[]): LeaseWaiter {
    let woken = false;
    let wake = (): void => {};
    const onWake = (): void => {
      woken = true;
      wake();
    };
    for (const key of leaseKeys) {
      const listeners = this.#waiting.get(key) ?? new Set();
      this.#waiting.set(key, listeners.add(onWake));
    }
    return {
      within: (ms) =>
        new Promise((resolve) => {
          if (woken) {
            resolve();
            return;
          }
          const timer = timers.setTimeout(resolve, ms).unref();
          wake = () => {
            timers.clearTimeout(timer);
            resolve();
          };
        }),
      end: () => {
        for (const key of leaseKeys) {
          const listeners = this.#waiting.get(key);
          listeners?.delete(onWake);
          if (listeners?.size === 0) this.#waiting.delete(key);
        }
      },
    };
  }

  /** Wakes all that wait for the lease. */
  wake(leaseKey: string): void {
    for (const listener of this.#waiting.get(leaseKey) ?? []) listener();
  }
}

export type LeaseWaiter = {
  /** Resolves at the first wake-up, which may already have happened, or after `ms`. */
  within(ms: number): Promise<void>;
  end(): void;
};
