import type { EntryKeys } from '../keys.ts';

const maxFailures = 1000;

/** Which loads failed a moment ago: they are not tried again at once, callers get the same error. */
export class ErrorCache {
  readonly #lastsMs: number;
  readonly #failures = new Map<string, { error: unknown; untilMs: number; names: EntryKeys }>();

  constructor(lastsMs: number) {
    this.#lastsMs = lastsMs;
  }

  record(names: EntryKeys, error: unknown): void {
    if (this.#lastsMs === 0) return;
    this.#failures.delete(names.entryKey);
    this.#failures.set(names.entryKey, { error, names, untilMs: performance.now() + this.#lastsMs });
    if (this.#failures.size <= maxFailures) return;
    const oldest = this.#failures.keys().next().value;
    if (oldest !== undefined) this.#failures.delete(oldest);
  }

  find(names: EntryKeys): { error: unknown } | undefined {
    const failure = this.#failures.get(names.entryKey);
    if (failure === undefined || failure.untilMs > performance.now()) return failure;
    this.#failures.delete(names.entryKey);
    return undefined;
  }

  /** An invalidation of these tags may have mended what failed. */
  forget(tagKeys: readonly string[]): void {
    for (const [key, { names }] of this.#failures)
      if (names.tagKeys.some((tag) => tagKeys.includes(tag))) this.#failures.delete(key);
  }
}
