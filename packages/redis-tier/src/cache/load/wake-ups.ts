/** Who waits for a load of another process is woken when its lease is given back. */
export class LeaseWaiters {
  readonly #waiting = new Map<string, Set<() => void>>();

  /**
   * Listens for the leases from now on, so that a wake-up between asking for a lease and waiting for it is not missed.
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
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
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

  /** A lease was given back. */
  wake(leaseKey: string): void {
    for (const listener of this.#waiting.get(leaseKey) ?? []) listener();
  }
}

export type LeaseWaiter = {
  /** Resolves at the first wake-up, also at one that came before, or when the time is over. */
  within(ms: number): Promise<void>;
  end(): void;
};
