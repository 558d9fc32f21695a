import { timers } from '../../core/internal.ts';
import type { EntryKeys } from '../keys.ts';

const maxErrors = 1000;

/** Remembers recent load errors: a failed load is not retried immediately, and callers get the same error. */
export class ErrorCache {
  readonly #ttlMs: number;
  readonly #failures = new Map<string, { error: unknown; untilMs: number; names: EntryKeys }>();

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  record(names: EntryKeys, error: unknown): void {
    if (this.#ttlMs === 0) return;
    this.#failures.delete(names.entryKey);
    this.#failures.set(names.entryKey, { error, names, untilMs: timers.now() + this.#ttlMs });
    if (this.#failures.size <= maxErrors) return;
    const oldest = this.#failures.keys().next().value;
    if (oldest !== undefined) this.#failures.delete(oldest);
  }

  find(names: EntryKeys): { error: unknown } | undefined {
    const failure = this.#failures.get(names.entryKey);
    if (failure === undefined) return undefined;
    if (failure.untilMs > timers.now()) return failure.names.hasTagsOf(names) ? failure : undefined;
    this.#failures.delete(names.entryKey);
    return undefined;
  }

  /** An invalidation of these tags may have removed the cause of the error. */
  forget(tagKeys: readonly string[]): void {
    for (const [key, { names }] of this.#failures)
      if (names.tagKeys.some((tag) => tagKeys.includes(tag))) this.#failures.delete(key);
  }
}
