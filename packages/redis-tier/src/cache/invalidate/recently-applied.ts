import { timers } from '../../core/internal.ts';
import { PendingTags } from './namespace-tags.ts';

const retentionMs = 120_000;
const periodMs = 15_000;

/** Invalidations of the last two minutes that a primary has acknowledged. */
export class RecentInvalidations {
  #periods: { sinceMs: number; tags: PendingTags; tooMany: boolean }[] = [];

  add(namespace: string, tags: readonly string[] | 'all'): void {
    this.#dropExpired();
    let period = this.#periods.at(-1);
    if (period === undefined || timers.now() - period.sinceMs > periodMs) {
      period = { sinceMs: timers.now(), tags: new PendingTags(), tooMany: false };
      this.#periods.push(period);
    }
    if (!period.tags.add(namespace, tags)) period.tooMany = true;
  }

  /** Whether there were too many to store. */
  get tooMany(): boolean {
    this.#dropExpired();
    return this.#periods.some(({ tooMany }) => tooMany);
  }

  *[Symbol.iterator](): Generator<[namespace: string, tags: readonly string[] | 'all']> {
    this.#dropExpired();
    for (const { tags } of this.#periods) yield* tags;
  }

  #dropExpired(): void {
    const oldestMs = timers.now() - retentionMs - periodMs;
    this.#periods = this.#periods.filter(({ sinceMs }) => sinceMs >= oldestMs);
  }
}
