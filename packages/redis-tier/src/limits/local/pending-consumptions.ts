/**
 * What this process admitted by itself while the server was unavailable. It is reported to the server afterwards, so
 * that the server's counts are complete again.
 */
import type { Window } from '../windows.ts';

export type PendingConsumption = {
  readonly redisKey: string;
  readonly slot: string;
  readonly windows: readonly Window[];
  /** Units, and the time of the last unit. */
  cost: number;
  atMs: number;
  /** The server has counted it after all, in a call whose reply arrived too late. */
  counted: boolean;
};

/** Consumptions of one key within this time are merged, at the latest time: too late is safe. */
const mergedMs = 1000;

export class PendingConsumptions {
  #due: PendingConsumption[] = [];
  /** The newest consumption of each key that others may be merged into, and when it began. */
  #open = new Map<string, { consumption: PendingConsumption; beganMs: number }>();
  #lost = 0;
  readonly #maxKeys: number;

  /** `maxKeys`: maximum consumptions; the oldest are dropped first, because they would leave their windows first. */
  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  get waiting(): number {
    return this.#due.length;
  }

  /** Consumptions dropped because there were too many. */
  get lost(): number {
    return this.#lost;
  }

  /** `underWay`: the server may still count it, so it is not merged with others. */
  add(consumption: Omit<PendingConsumption, 'counted'>, underWay: boolean): PendingConsumption {
    const open = this.#open.get(consumption.redisKey);
    if (!underWay && open !== undefined && consumption.atMs - open.beganMs < mergedMs) {
      open.consumption.cost += consumption.cost;
      open.consumption.atMs = consumption.atMs;
      return open.consumption;
    }
    const added = { ...consumption, counted: false };
    this.#due.push(added);
    if (!underWay) this.#open.set(consumption.redisKey, { consumption: added, beganMs: consumption.atMs });
    this.#bound();
    return added;
  }

  /** Removes and returns all consumptions. Those that could not be reported must be given back. */
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
    for (const { redisKey } of this.#due.splice(0, over)) this.#open.delete(redisKey);
    this.#lost += over;
  }
}
