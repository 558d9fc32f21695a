/**
 * One value on its way into this process: a load, or the wait for another process's load. All callers of this process who
 * miss the same entry share it, as far as that is right:
 *
 *   - one who came before the truth was read takes the result;
 *   - one who came later takes it only if the store, sent after it came, succeeded: the tags were still unchanged then;
 *   - all others try again. That holds while Redis is away too: it costs them the rest of a load and not one load more,
 *     and who has just written through another process does not get what was read before.
 *
 * An invalidation by this process detaches the flights that it dooms: nobody joins them any more.
 */
import type { CachedValue } from '../content.ts';
import type { EntryKeys } from '../keys.ts';

export type LoadResult = {
  readonly content: CachedValue;
  /** loaded here, or found in Redis after another process had loaded it */
  readonly source: 'miss' | 'remote';
  readonly loadedAtMs: number;
  /** By Redis time, as `loadedAtMs`. */
  readonly expiresAtMs: number;
  /** Whether the store succeeded, as soon as that is known. */
  readonly stored: Promise<boolean> | false;
};

export class InFlightLoad {
  readonly names: EntryKeys;
  readonly #loadResult: Promise<LoadResult | null>;
  /** How often the truth has begun to be read: by the loader, or by reading what another process has stored. */
  #readings = 0;
  #open = true;
  #onEnd: () => void;
  #resolve: (loadResult: LoadResult | null) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(names: EntryKeys, onEnd: () => void) {
    this.names = names;
    this.#onEnd = onEnd;
    this.#loadResult = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Those who wait hear of a failure; a load that nobody waits for has none to tell.
    this.#loadResult.catch(() => {});
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** The truth is read from now on. */
  beginReading(): void {
    this.#readings += 1;
  }

  /** Nobody may join from now on: its store is sent, or it is doomed. */
  detach(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#onEnd();
  }

  /** Null: nothing was found out, everybody tries again. */
  resolve(loadResult: LoadResult | null): void {
    this.detach();
    this.#resolve(loadResult);
  }

  fail(error: unknown): void {
    this.detach();
    this.#reject(error);
  }

  /**
   * Waits for the result. Null when it may not be taken: what it shows may be older than this call.
   */
  async join(): Promise<LoadResult | null> {
    const readingsBefore = this.#readings;
    const loadResult = await this.#loadResult;
    if (loadResult === null || readingsBefore < this.#readings) return loadResult;
    return (await loadResult.stored) ? loadResult : null;
  }
}

/** The flights of this process by entry. */
export class InFlightLoads {
  readonly #inFlightLoads = new Map<string, InFlightLoad>();

  /** The flight that may be joined. */
  find(entryKey: string): InFlightLoad | undefined {
    return this.#inFlightLoads.get(entryKey);
  }

  begin(names: EntryKeys): InFlightLoad {
    const flight: InFlightLoad = new InFlightLoad(names, () => {
      if (this.#inFlightLoads.get(names.entryKey) === flight) this.#inFlightLoads.delete(names.entryKey);
    });
    this.#inFlightLoads.set(names.entryKey, flight);
    return flight;
  }

  /** Detaches all whose entry names one of the tags. */
  detach(tagKeys: readonly string[]): void {
    for (const flight of [...this.#inFlightLoads.values()])
      if (flight.names.tagKeys.some((key) => tagKeys.includes(key))) flight.detach();
  }

  get size(): number {
    return this.#inFlightLoads.size;
  }
}
