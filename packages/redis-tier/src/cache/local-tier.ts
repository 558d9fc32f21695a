/**
 * The tier in this process: bodies ready to send, with the parsed value, bounded in bytes.
 *
 * What it keeps is fresh as long as nothing was heard of its tags since before they were read, and the process surely
 * hears. No entry is ever removed because of a tag: a look at the counters tells.
 */
import { LRUCache } from 'lru-cache';
import { Content } from './content.ts';
import type { TagCounters } from './tag-counters.ts';

/** What had been heard of some tags at a moment. */
export type Snapshot = { readonly places: Uint16Array; readonly counts: Uint32Array; readonly epoch: number };

export type LocalEntry = {
  readonly content: Content;
  /** By Redis time. */
  readonly asOfMs: number;
  readonly freshUntilMs: number;
  readonly loadMs: number;
  readonly snapshot: Snapshot;
};

export class LocalTier {
  readonly #counters: TagCounters;
  readonly #hears: () => boolean;
  readonly #entries: LRUCache<string, LocalEntry>;
  #epoch = 0;

  /** `maxBytes`: for all that it holds, by estimate. */
  constructor(maxBytes: number, counters: TagCounters, hears: () => boolean) {
    this.#counters = counters;
    this.#hears = hears;
    this.#entries = new LRUCache({ maxSize: maxBytes, sizeCalculation: estimatedBytes });
  }

  get statistics(): { entries: number; bytes: number; hearing: boolean } {
    return { entries: this.#entries.size, bytes: this.#entries.calculatedSize, hearing: this.#hears() };
  }

  /** Nothing kept up to now counts as fresh any more. */
  forgetAll(): void {
    this.#epoch += 1;
  }

  /** To be taken before the tags are read, or before a store that tests them is sent. */
  snapshot(tagKeys: readonly string[]): Snapshot {
    const places = this.#counters.places(tagKeys);
    return { places, counts: this.#counters.counts(places), epoch: this.#epoch };
  }

  /** Keeps a copy of the body, and returns what holds it. */
  keep(entryKey: string, entry: LocalEntry): Content {
    const { body } = entry.content;
    // The body may be a part of a large piece that the socket gave, which it would hold in memory.
    const copy = Buffer.allocUnsafeSlow(body.length);
    body.copy(copy);
    const content = new Content(copy);
    this.#entries.set(entryKey, { ...entry, content });
    return content;
  }

  /** An entry that is fresh now. */
  fresh(entryKey: string, redisNowMs: number): LocalEntry | undefined {
    const entry = this.#entries.get(entryKey);
    if (entry === undefined || redisNowMs >= entry.freshUntilMs || entry.snapshot.epoch !== this.#epoch)
      return;
    return this.isUnchanged(entry) && this.#hears() ? entry : undefined;
  }

  /** An entry, whatever it is worth. */
  any(entryKey: string): LocalEntry | undefined {
    return this.#entries.get(entryKey);
  }

  /** Whether nothing was heard of its tags. */
  isUnchanged({ snapshot: { places, counts } }: LocalEntry): boolean {
    return this.#counters.areUnchanged(places, counts);
  }
}

/** The body, the parsed value at a multiple of it, the name, and what holds them together. */
function estimatedBytes(entry: LocalEntry, entryKey: string): number {
  return 4 * entry.content.body.length + 2 * entryKey.length + 500;
}
