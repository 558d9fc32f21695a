/**
 * What this process admitted by itself while the server was away, to be entered there afterwards: the server's account
 * is then whole again.
 */
import type { Window } from './windows.ts';

export type Charge = {
  readonly key: string;
  readonly slot: string;
  readonly windows: readonly Window[];
  /** Units. */
  readonly cost: number;
  readonly atMs: number;
  /** The server has it after all, from a call whose reply came too late. */
  settled: boolean;
};

export class Charges {
  #due: Charge[] = [];
  #lost = 0;
  readonly #capacity: number;

  /** `capacity`: most charges that are kept; the oldest go first, since they would leave their windows first. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get waiting(): number {
    return this.#due.length;
  }

  /** Charges given up because there were too many. */
  get lost(): number {
    return this.#lost;
  }

  add(charge: Omit<Charge, 'settled'>): Charge {
    const kept = { ...charge, settled: false };
    this.#due.push(kept);
    this.#bound();
    return kept;
  }

  /** Hands over all that is due. What could not be entered is given back. */
  take(): Charge[] {
    const due = this.#due.filter((it) => !it.settled);
    this.#due = [];
    return due;
  }

  giveBack(charges: readonly Charge[]): void {
    this.#due = [...charges, ...this.#due];
    this.#bound();
  }

  forget(key: string): void {
    this.#due = this.#due.filter((it) => it.key !== key);
  }

  #bound(): void {
    const over = this.#due.length - this.#capacity;
    if (over <= 0) return;
    this.#due = this.#due.slice(over);
    this.#lost += over;
  }
}
