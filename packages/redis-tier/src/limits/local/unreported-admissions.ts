/**
 * What this process admitted by itself while the server was away, to be entered there afterwards: the server's account
 * is then whole again.
 */
import type { Window } from '../windows.ts';

export type Charge = {
  readonly key: string;
  readonly slot: string;
  readonly windows: readonly Window[];
  /** Units, and the time of the last of them. */
  cost: number;
  atMs: number;
  /** The server has it after all, from a call whose reply came too late. */
  settled: boolean;
};

/** Charges of one subject within this time are one, as of its end: later than it was is safe. */
const mergedMs = 1000;

export class Charges {
  #due: Charge[] = [];
  /** The newest charge of each key that others may join, and when it began. */
  #open = new Map<string, { charge: Charge; beganMs: number }>();
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

  /** `underWay`: the server may have it after all, and it has to be told apart for as long as nobody knows. */
  add(charge: Omit<Charge, 'settled'>, underWay: boolean): Charge {
    const open = this.#open.get(charge.key);
    if (!underWay && open !== undefined && charge.atMs - open.beganMs < mergedMs) {
      open.charge.cost += charge.cost;
      open.charge.atMs = charge.atMs;
      return open.charge;
    }
    const kept = { ...charge, settled: false };
    this.#due.push(kept);
    if (!underWay) this.#open.set(charge.key, { charge: kept, beganMs: charge.atMs });
    this.#bound();
    return kept;
  }

  /** Hands over all that is due. What could not be entered is given back. */
  take(): Charge[] {
    const due = this.#due.filter((it) => !it.settled);
    this.#due = [];
    this.#open.clear();
    return due;
  }

  giveBack(charges: readonly Charge[]): void {
    this.#due = [...charges, ...this.#due];
    this.#bound();
  }

  forget(key: string): void {
    this.#due = this.#due.filter((it) => it.key !== key);
    this.#open.delete(key);
  }

  #bound(): void {
    const over = this.#due.length - this.#capacity;
    if (over <= 0) return;
    for (const { key } of this.#due.splice(0, over)) this.#open.delete(key);
    this.#lost += over;
  }
}
