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
import type { Content } from '../content.ts';
import type { EntryNames } from '../keys.ts';

export type Landing = {
  readonly content: Content;
  /** loaded here, or found in Redis after another process had loaded it */
  readonly source: 'miss' | 'remote';
  readonly asOfMs: number;
  /** By Redis time, as `asOfMs`. */
  readonly freshUntilMs: number;
  /** Whether the store succeeded, as soon as that is known. */
  readonly stored: Promise<boolean> | false;
};

export class Flight {
  readonly names: EntryNames;
  readonly #landing: Promise<Landing | null>;
  /** How often the truth has begun to be read: by the loader, or by reading what another process has stored. */
  #readings = 0;
  #open = true;
  #onEnd: () => void;
  #resolve: (landing: Landing | null) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(names: EntryNames, onEnd: () => void) {
    this.names = names;
    this.#onEnd = onEnd;
    this.#landing = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Those who wait hear of a failure; a load that nobody waits for has none to tell.
    this.#landing.catch(() => {});
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
  land(landing: Landing | null): void {
    this.detach();
    this.#resolve(landing);
  }

  fail(error: unknown): void {
    this.detach();
    this.#reject(error);
  }

  /**
   * Waits for the result. Null when it may not be taken: what it shows may be older than this call.
   */
  async join(): Promise<Landing | null> {
    const readingsBefore = this.#readings;
    const landing = await this.#landing;
    if (landing === null || readingsBefore < this.#readings) return landing;
    return (await landing.stored) ? landing : null;
  }
}

/** The flights of this process by entry. */
export class FlightRegistry {
  readonly #flights = new Map<string, Flight>();

  /** The flight that may be joined. */
  find(entryKey: string): Flight | undefined {
    return this.#flights.get(entryKey);
  }

  begin(names: EntryNames): Flight {
    const flight: Flight = new Flight(names, () => {
      if (this.#flights.get(names.entryKey) === flight) this.#flights.delete(names.entryKey);
    });
    this.#flights.set(names.entryKey, flight);
    return flight;
  }

  /** Detaches all whose entry names one of the tags. */
  detach(tagKeys: readonly string[]): void {
    for (const flight of [...this.#flights.values()])
      if (flight.names.tagKeys.some((key) => tagKeys.includes(key))) flight.detach();
  }

  get size(): number {
    return this.#flights.size;
  }
}
