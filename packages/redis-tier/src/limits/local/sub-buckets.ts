import type { Window } from '../windows.ts';

/**
 * The units of one window in this process: the same cells as in the scripts, see there. `nowMs` is of a clock that
 * does not go back.
 */
export class Cells {
  /** Moment and count of each cell in turn, the oldest first: numbers alone, since a process has them by the thousand. */
  readonly #cells: number[] = [];
  readonly #lengthMs: number;
  readonly #tickMs: number;
  #used = 0;

  constructor({ lengthMs, tickMs }: Pick<Window, 'lengthMs' | 'tickMs'>) {
    this.#lengthMs = lengthMs;
    this.#tickMs = tickMs;
  }

  /** Units that are still in the window. */
  used(nowMs: number): number {
    const cells = this.#cells;
    let gone = 0;
    while (gone < cells.length && (cells[gone] ?? 0) + this.#lengthMs < nowMs) {
      this.#used -= cells[gone + 1] ?? 0;
      gone += 2;
    }
    if (gone > 0) cells.splice(0, gone);
    return this.#used;
  }

  enter(nowMs: number, cost: number): void {
    const cells = this.#cells;
    const whole = Math.floor(nowMs);
    const momentMs = whole - (whole % this.#tickMs) + this.#tickMs - 1;
    const newest = cells.length - 2;
    if (newest >= 0 && cells[newest] === momentMs) cells[newest + 1] = (cells[newest + 1] ?? 0) + cost;
    else cells.push(momentMs, cost);
    this.#used += cost;
  }

  /** Ms until `units` of the used ones have left; 0 when there are not so many. */
  untilFree(units: number, nowMs: number): number {
    let left = units;
    for (let at = 0; at < this.#cells.length; at += 2) {
      left -= this.#cells[at + 1] ?? 0;
      if (left <= 0) return (this.#cells[at] ?? 0) + this.#lengthMs + 1 - nowMs;
    }
    return 0;
  }
}
