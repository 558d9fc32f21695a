/** @typedef {{ name: string, seconds: number, limit: number }} WindowLimit */

/**
 * A sliding-window log of every admission, which the sub-buckets approximate. Timestamps are whole milliseconds: an
 * admission counts until its whole millisecond has left the window.
 */
export class ExactLog {
  /** @type {number[]} in ms, ascending */
  #admittedMs = [];
  #windows;

  /** @param {readonly WindowLimit[]} windows */
  constructor(windows) {
    this.#windows = windows;
  }

  /**
   * Whether one more request fits into every window. `margin`: how much longer a window counts, as a fraction of its
   * length.
   *
   * @param {number} atMs
   * @param {(window: WindowLimit) => number} [margin]
   */
  fits(atMs, margin = () => 0) {
    return this.#windows.every((window) => {
      const lengthMs = Math.ceil(window.seconds * 1000 * (1 + margin(window)));
      return this.#since(atMs - lengthMs) < window.limit;
    });
  }

  /** Adds an admission. @param {number} atMs not earlier than the previous one */
  enter(atMs) {
    this.#admittedMs.push(atMs);
  }

  /** The number of admissions since a moment. @param {number} fromMs */
  #since(fromMs) {
    let first = this.#admittedMs.length;
    while (first > 0 && (this.#admittedMs[first - 1] ?? 0) >= fromMs) first -= 1;
    return this.#admittedMs.length - first;
  }
}
