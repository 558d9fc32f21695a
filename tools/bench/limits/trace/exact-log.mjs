/** @typedef {{ name: string, seconds: number, limit: number }} WindowLimit */

/**
 * The definition of a rolling window, with every admission written down: what the sub-buckets are an approximation of.
 * A clock of whole milliseconds cannot tell when within one something happened, so an admission counts until that whole
 * millisecond has left the window.
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
   * Whether one more fits into every window. `margin`: by how much each window counts as longer, as a part of it.
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

  /** @param {number} atMs not before the last one */
  enter(atMs) {
    this.#admittedMs.push(atMs);
  }

  /** Admissions from that moment on, which are at the end. @param {number} fromMs */
  #since(fromMs) {
    let first = this.#admittedMs.length;
    while (first > 0 && (this.#admittedMs[first - 1] ?? 0) >= fromMs) first -= 1;
    return this.#admittedMs.length - first;
  }
}
