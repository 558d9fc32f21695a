import type { Window } from '../windows.ts';

/**
 * The units of one window in this process: the same cells as in the scripts, see there. `nowMs` is of a clock that
 * does not go back.
 */
export class SubBuckets {
  /** Moment and count of each cell in turn, the oldest first: numbers alone, since a process has them by the thousand. */
  readonly #subBuckets: number[] = [];
  readonly #lengthMs: number;
  readonly #tickMs: number;
  #used = 0;

  constructor({ lengthMs, tickMs }: Pick<Window, 'lengthMs' | 'tickMs'>) {
    this.#lengthMs = lengthMs;
    this.#tickMs = tickMs;
  }

  /** Units that are still in the window. */
  used(nowMs: number): number {
    const subBuckets = this.#subBuckets;
    let gone = 0;
    while (gone < subBuckets.length && (subBuckets[gone] ?? 0) + this.#lengthMs < nowMs) {
      this.#used -= subBuckets[gone + 1] ?? 0;
      gone += 2;
    }
    if (gone > 0) subBuckets.splice(0, gone);
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

  /** Ms until `units` of the used ones have left; 0 when there are not so many. */
  untilFree(units: number, nowMs: number): number {
    let left = units;
    for (let at = 0; at < this.#subBuckets.length; at += 2) {
      left -= this.#subBuckets[at + 1] ?? 0;
      if (left <= 0) return (this.#subBuckets[at] ?? 0) + this.#lengthMs + 1 - nowMs;
    }
    return 0;
  }
}
