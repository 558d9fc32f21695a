import { ScopedTags } from './namespace-tags.ts';

const rememberedMs = 120_000;
const periodMs = 15_000;

/** The invalidations of the last two minutes that a primary has acknowledged. */
export class AppliedLately {
  #periods: { sinceMs: number; tags: ScopedTags; tooMany: boolean }[] = [];

  add(scope: string, tags: readonly string[] | 'all'): void {
    this.#forgetOld();
    let period = this.#periods.at(-1);
    if (period === undefined || performance.now() - period.sinceMs > periodMs) {
      period = { sinceMs: performance.now(), tags: new ScopedTags(), tooMany: false };
      this.#periods.push(period);
    }
    if (!period.tags.add(scope, tags)) period.tooMany = true;
  }

  /** Whether there were too many to know them all. */
  get tooMany(): boolean {
    this.#forgetOld();
    return this.#periods.some(({ tooMany }) => tooMany);
  }

  *[Symbol.iterator](): Generator<[scope: string, tags: readonly string[] | 'all']> {
    this.#forgetOld();
    for (const { tags } of this.#periods) yield* tags;
  }

  #forgetOld(): void {
    const oldestMs = performance.now() - rememberedMs - periodMs;
    this.#periods = this.#periods.filter(({ sinceMs }) => sinceMs >= oldestMs);
  }
}
