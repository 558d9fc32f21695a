import { InvalidCacheUseError } from '../errors.ts';

/** What a loader is given. */
export type LoadContext = {
  /** Aborted when the load exceeds the policy's `loadTimeoutMs`, or when the cache is closed. */
  readonly signal: AbortSignal;
  /**
   * Makes the value fresh for at most `ttlMs` from the moment before the load, for example until a token expires. Less
   * than 1: it is not stored. More than the call's or the policy's `ttlMs` has no effect.
   *
   * @throws InvalidCacheUseError for anything but a number
   */
  readonly setTtl: (ttlMs: number) => void;
  /** Keeps the value out of the cache: only the callers that wait for it get it. */
  readonly doNotStore: () => void;
};

/** What the loader of several keys is given: both functions apply to one key, or to all without a key. */
export type LoadManyContext = {
  readonly signal: AbortSignal;
  readonly setTtl: (ttlMs: number, key?: string) => void;
  readonly doNotStore: (key?: string) => void;
};

/** One call of a loader, and what it decided about its values. */
export class LoadControl implements LoadManyContext {
  readonly signal: AbortSignal;
  readonly #ttls = new Map<string | undefined, number>();

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  // Fields, so that loaders can take them out of the context.
  readonly setTtl = (ttlMs: number, key?: string): void => {
    if (typeof ttlMs !== 'number' || Number.isNaN(ttlMs))
      throw new InvalidCacheUseError('setTtl: the time must be a number of ms');
    this.#ttls.set(key, ttlMs);
  };

  readonly doNotStore = (key?: string): void => {
    this.#ttls.set(key, 0);
  };

  /** The longest time that a key may be fresh, in ms; below 1: it is not stored. */
  ttlOf(key: string): number {
    return Math.min(this.#ttls.get(key) ?? Infinity, this.#ttls.get(undefined) ?? Infinity);
  }
}
