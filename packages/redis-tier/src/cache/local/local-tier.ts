/**
 * The tier in this process: bodies ready to send, with the parsed value, bounded in bytes.
 *
 * What it keeps is fresh as long as nothing was heard of its tags since before they were read, and the process surely
 * hears. No entry is ever removed because of a tag: a look at the counters tells.
 */
import { LRUCache } from 'lru-cache';
import { CachedValue } from '../content.ts';
import type { EntryKeys } from '../keys.ts';
import type { Policy } from '../policy-options.ts';
import type { Moment } from '../primary/moment.ts';
import type { Shard } from '../primary/shard.ts';
import type { PolicyCounts } from '../stats/statistics.ts';
import type { Snapshot, TagCounters } from './tag-counters.ts';

export type LocalEntry = {
  readonly content: CachedValue;
  /** By Redis time. */
  readonly loadedAtMs: number;
  readonly expiresAtMs: number;
  readonly loadMs: number;
  readonly snapshot: Snapshot;
  readonly places: Uint16Array;
  /** Where a hit is counted. */
  readonly counts: PolicyCounts;
  readonly policy: Pick<Policy, 'refreshAhead'>;
  /** Who reads it next has it loaded again: who was elected for it read what was made of it, and could not. */
  isDue?: boolean;
};

export class LocalTier {
  readonly #counters: TagCounters;
  readonly #entries: LRUCache<string, LocalEntry>;

  /** `maxBytes`: for all that it holds, by estimate. */
  constructor(maxBytes: number, counters: TagCounters) {
    this.#counters = counters;
    this.#entries = new LRUCache({ maxSize: maxBytes, sizeCalculation: estimatedBytes });
  }

  get entries(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  /** Keeps a copy of the body, and returns what holds it. */
  keep({ entryKey, tagKeys }: EntryKeys, entry: Omit<LocalEntry, 'places'>): CachedValue {
    const { body } = entry.content;
    // The body may be a part of a large piece that the socket gave, which it would hold in memory.
    const copy = Buffer.allocUnsafeSlow(body.length);
    body.copy(copy);
    const content = new CachedValue(copy);
    const places = this.#counters.placesOf(tagKeys);
    this.#entries.set(entryKey, { ...entry, content, places });
    return content;
  }

  /** An entry that is fresh now. */
  fresh(entryKey: string, shard: Shard, now: Moment): LocalEntry | undefined {
    const entry = this.#entries.get(entryKey);
    return entry !== undefined && this.isFresh(entry, shard, now) ? entry : undefined;
  }

  /** Whether an entry is fresh now. */
  isFresh(entry: LocalEntry, shard: Shard, now: Moment): boolean {
    if (shard.redisMsAt(now) >= entry.expiresAtMs || entry.snapshot.epoch !== shard.epoch) return false;
    return this.isUnchanged(entry) && shard.isTrackingAt(now);
  }

  /** An entry, whatever it is worth. */
  any(entryKey: string): LocalEntry | undefined {
    return this.#entries.get(entryKey);
  }

  /** Whether nothing was heard of its tags. */
  isUnchanged({ places, snapshot }: LocalEntry): boolean {
    return this.#counters.isUnchanged(places, snapshot);
  }
}

/** The body, the parsed value at a multiple of it, the name, and what holds them together. */
function estimatedBytes(entry: LocalEntry, entryKey: string): number {
  return 4 * entry.content.length + 2 * entryKey.length + 500;
}
