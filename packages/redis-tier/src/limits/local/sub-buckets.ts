import type { Window } from '../windows.ts';

/**
 * The units of one window in this process, in the same cells as in the scripts (see state-script.ts). `nowMs` must
 * come from a clock that does not go back.
 */
export class SubBuckets {
  /**
   * Time and count of each cell in turn, oldest first: a flat list of numbers, because a process has thousands of
   * cells.
   */
  readonly #subBuckets: number[] = [];
  readonly #lengthMs: number;
  readonly #tickMs: number;
  #used = 0;

  constructor({ lengthMs, tickMs }: Pick<Window, 'lengthMs' | 'tickMs'>) {
    this.#lengthMs = lengthMs;
    this.#tickMs = tickMs;
  }

  /** Units in the window. */
  used(nowMs: number): number {
    const subBuckets = this.#subBuckets;
    let expired = 0;
    while (expired < subBuckets.length && (subBuckets[expired] ?? 0) + this.#lengthMs < nowMs) {
      this.#used -= subBuckets[expired + 1] ?? 0;
      expired += 2;
    }
    if (expired > 0) subBuckets.splice(0, expired);
    return this.#used;
  }

  enter(nowMs: number, cost: number): void {
    const subBuckets = this.#subBuckets;
    const whole = Math.floor(nowMs);
    const momentMs = whole - (whole % this.#tickMs) + this.#tickMs - 1;
    const newest = subBuckets.length - 2;
    if (newest >= 0 && subBuckets[newest] === momentMs)
      subBuckets[newest + 1] = (subBuckets[newest + 1] ?? 0) + cost;
    else subBuckets.push(momentMs, cost);
    this.#used += cost;
  }

  /** Ms until `units` of the used units have left the window; 0 when fewer are used. */
  untilFree(units: number, nowMs: number): number {
    let left = units;
    for (let at = 0; at < this.#subBuckets.length; at += 2) {
      left -= this.#subBuckets[at + 1] ?? 0;
      if (left <= 0) return (this.#subBuckets[at] ?? 0) + this.#lengthMs + 1 - nowMs;
    }
    return 0;
  }
}
