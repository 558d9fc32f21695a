/**
 * A load of one value by this process, or its wait for another process's load. All callers of this process that miss
 * the same entry share it, with these rules:
 *
 *   - A caller that joined before the source was read takes the result.
 *   - A caller that joined later takes it only if the store, which was sent after it joined, succeeded: then the tags
 *     had not changed.
 *   - All others try again. This also holds while Redis is unavailable. It costs them the rest of a load, not an
 *     additional load, and a caller that has just written through another process gets no value read before its write.
 *
 * An invalidation by this process detaches the loads of the entries that it covers: no caller joins them any more.
 */

import type { EntryKeys } from '../keys.ts';
import type { CachedValue } from '../values/cached-value.ts';

export type LoadResult = {
  readonly content: CachedValue;
  /** miss: loaded here. remote: found in Redis after another process had loaded it. */
  readonly source: 'miss' | 'remote';
  readonly loadedAtMs: number;
  /** By Redis time, as `loadedAtMs`. */
  readonly expiresAtMs: number;
  /** Whether the store succeeded, when that is known. */
  readonly stored: Promise<boolean> | false;
};

export class InFlightLoad {
  readonly names: EntryKeys;
  readonly #loadResult: Promise<LoadResult | null>;
  /** How often reading the source has begun: by the loader, or by reading what another process has stored. */
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
    // Callers that joined receive the rejection; without callers it must not be unhandled.
    this.#loadResult.catch(() => {});
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Marks that the source is read from now on. */
  beginReading(): void {
    this.#readings += 1;
  }

  /** Prevents further joins: its store is being sent, or an invalidation covers it. */
  detach(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#onEnd();
  }

  /** Null: no result; all callers try again. */
  resolve(loadResult: LoadResult | null): void {
    this.detach();
    this.#resolve(loadResult);
  }

  fail(error: unknown): void {
    this.detach();
    this.#reject(error);
  }

  /** Waits for the result. Null when this caller must not take it, because the result may be older than the call. */
  async join(): Promise<LoadResult | null> {
    const readingsBefore = this.#readings;
    const loadResult = await this.#loadResult;
    if (loadResult === null || readingsBefore < this.#readings) return loadResult;
    return (await loadResult.stored) ? loadResult : null;
  }
}

/** The loads of this process in flight, by entry. */
export class InFlightLoads {
  readonly #inFlightLoads = new Map<string, InFlightLoad>();

  /** The load that a caller may join: of the same entry, with the same tags. */
  find(names: EntryKeys): InFlightLoad | undefined {
    const flight = this.#inFlightLoads.get(names.entryKey);
    return flight?.names.hasTagsOf(names) === true ? flight : undefined;
  }

  /** A load of the same entry with other tags goes on for the callers that have joined it. */
  begin(names: EntryKeys): InFlightLoad {
    const flight: InFlightLoad = new InFlightLoad(names, () => {
      if (this.#inFlightLoads.get(names.entryKey) === flight) this.#inFlightLoads.delete(names.entryKey);
    });
    this.#inFlightLoads.set(names.entryKey, flight);
    return flight;
  }

  /** Detaches all loads whose entry names one of the tags. */
  detach(tagKeys: readonly string[]): void {
    for (const flight of [...this.#inFlightLoads.values()])
      if (flight.names.tagKeys.some((key) => tagKeys.includes(key))) flight.detach();
  }

  get size(): number {
    return this.#inFlightLoads.size;
  }
}
