/** How long to wait before something that ended is started again, and when to give up. */
export class Backoff {
  #attempts = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  #limits;
  #now;

  /**
   * @param {{ attempts: number, firstMs: number, calmMs: number }} [limits] it gives up after so many attempts that
   *   are never `calmMs` apart; the waits double from `firstMs`
   * @param {() => number} [now] milliseconds
   */
  constructor(limits = { attempts: 5, firstMs: 250, calmMs: 60_000 }, now = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** @returns {number | undefined} milliseconds to wait, undefined to give up */
  next() {
    const now = this.#now();
    if (now - this.#lastAt > this.#limits.calmMs) this.#attempts = 0;
    this.#lastAt = now;
    this.#attempts += 1;
    if (this.#attempts > this.#limits.attempts) return undefined;
    return this.#limits.firstMs * 2 ** (this.#attempts - 1);
  }
}
