import type { Window } from './windows.ts';

/**
 * The units of one window in this process: the same cells as in the scripts, see there. `nowMs` is of a clock that
 * does not go back.
 */
export class Cells {
  readonly #cells: { momentMs: number; count: number }[] = [];
  readonly #lengthMs: number;
  readonly #tickMs: number;
  #used = 0;

  constructor({ lengthMs, tickMs }: Pick<Window, 'lengthMs' | 'tickMs'>) {
    this.#lengthMs = lengthMs;
    this.#tickMs = tickMs;
  }

  /** Units that are still in the window. */
  used(nowMs: number): number {
    let first = this.#cells[0];
    while (first !== undefined && first.momentMs + this.#lengthMs < nowMs) {
      this.#cells.shift();
      this.#used -= first.count;
      first = this.#cells[0];
    }
    return this.#used;
  }

  enter(nowMs: number, cost: number): void {
    const whole = Math.floor(nowMs);
    const momentMs = whole - (whole % this.#tickMs) + this.#tickMs - 1;
    const newest = this.#cells.at(-1);
    if (newest?.momentMs === momentMs) newest.count += cost;
    else this.#cells.push({ momentMs, count: cost });
    this.#used += cost;
  }

  /** Ms until `units` of the used ones have left; 0 when there are not so many. */
  untilFree(units: number, nowMs: number): number {
    let left = units;
    for (const { momentMs, count } of this.#cells) {
      left -= count;
      if (left <= 0) return momentMs + this.#lengthMs + 1 - nowMs;
    }
    return 0;
  }
}
