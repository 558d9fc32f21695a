/**
 * What this process admitted by itself while the server was away, to be entered there afterwards: the server's account
 * is then whole again.
 */
import type { Window } from '../windows.ts';

export type PendingConsumption = {
  readonly redisKey: string;
  readonly slot: string;
  readonly windows: readonly Window[];
  /** Units, and the time of the last of them. */
  cost: number;
  atMs: number;
  /** The server has it after all, from a call whose reply came too late. */
  counted: boolean;
};

/** Charges of one subject within this time are one, as of its end: later than it was is safe. */
const mergedMs = 1000;

export class PendingConsumptions {
  #due: PendingConsumption[] = [];
  /** The newest charge of each key that others may join, and when it began. */
  #open = new Map<string, { charge: PendingConsumption; beganMs: number }>();
  #lost = 0;
  readonly #maxKeys: number;

  /** `capacity`: most charges that are kept; the oldest go first, since they would leave their windows first. */
  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  get waiting(): number {
    return this.#due.length;
  }

  /** Charges given up because there were too many. */
  get lost(): number {
    return this.#lost;
  }

  /** `underWay`: the server may have it after all, and it has to be told apart for as long as nobody knows. */
  add(charge: Omit<PendingConsumption, 'counted'>, underWay: boolean): PendingConsumption {
    const open = this.#open.get(charge.redisKey);
    if (!underWay && open !== undefined && charge.atMs - open.beganMs < mergedMs) {
      open.charge.cost += charge.cost;
      open.charge.atMs = charge.atMs;
      return open.charge;
    }
    const kept = { ...charge, counted: false };
    this.#due.push(kept);
    if (!underWay) this.#open.set(charge.redisKey, { charge: kept, beganMs: charge.atMs });
    this.#bound();
    return kept;
  }

  /** Hands over all that is due. What could not be entered is given back. */
  take(): PendingConsumption[] {
    const due = this.#due.filter((it) => !it.counted);
    this.#due = [];
    this.#open.clear();
    return due;
  }

  giveBack(pendingConsumption: readonly PendingConsumption[]): void {
    this.#due = [...pendingConsumption, ...this.#due];
    this.#bound();
  }

  forget(redisKey: string): void {
    this.#due = this.#due.filter((it) => it.redisKey !== redisKey);
    this.#open.delete(redisKey);
  }

  #bound(): void {
    const over = this.#due.length - this.#maxKeys;
    if (over <= 0) return;
    for (const { redisKey: key } of this.#due.splice(0, over)) this.#open.delete(key);
    this.#lost += over;
  }
}
