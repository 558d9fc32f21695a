/**
 * The tier in this process: bodies ready to send, with the parsed value, bounded in bytes.
 *
 * An entry is fresh while none of its tags has changed since before they were read and invalidation tracking is
 * connected. An invalidation removes no entry: each lookup compares the counters of the tags.
 */
import { LRUCache } from 'lru-cache';
import type { EntryKeys } from '../keys.ts';
import type { Policy } from '../policy-options.ts';
import type { Moment } from '../primary/moment.ts';
import type { Shard } from '../primary/shard.ts';
import type { PolicyCounts } from '../stats/statistics.ts';
import type { CachedValue } from '../values/cached-value.ts';
import type { Snapshot, TagCounters } from './tag-counters.ts';

export type LocalEntry = {
  readonly content: CachedValue;
  /** By Redis time. */
  readonly loadedAtMs: number;
  readonly expiresAtMs: number;
  readonly loadMs: number;
  readonly snapshot: Snapshot;
  /** Its names, whose tags are part of what makes it valid. */
  readonly names: EntryKeys;
  readonly tagBuckets: Uint16Array;
  /** The counts that a hit is added to. */
  readonly counts: PolicyCounts;
  readonly policy: Pick<Policy, 'refreshAhead'>;
  /**
   * The next reader must refresh the entry: a caller was elected for it while it read a combined result, and could
   * not.
   */
  isDue?: boolean;
};

export class LocalTier {
  readonly #counters: TagCounters;
  readonly #entries: LRUCache<string, LocalEntry>;

  /** `maxBytes`: estimated size of all entries. */
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

  /** Stores a copy of the body and returns the copy. */
  store(names: EntryKeys, entry: Omit<LocalEntry, 'names' | 'tagBuckets'>): CachedValue {
    const content = entry.content.compact();
    const tagBuckets = this.#counters.bucketsOf(names.tagKeys);
    this.#entries.set(names.entryKey, { ...entry, content, names, tagBuckets });
    return content;
  }

  /** An entry that is fresh now. */
  fresh(names: EntryKeys, shard: Shard, now: Moment): LocalEntry | undefined {
    const entry = this.any(names);
    return entry !== undefined && this.isFresh(entry, shard, now) ? entry : undefined;
  }

  /** Whether an entry is fresh now. */
  isFresh(entry: LocalEntry, shard: Shard, now: Moment): boolean {
    if (shard.redisMsAt(now) >= entry.expiresAtMs || entry.snapshot.epoch !== shard.epoch) return false;
    return this.isUnchanged(entry) && shard.isTrackingAt(now);
  }

  /** An entry, fresh or not, that was loaded with the same tags. */
  any(names: EntryKeys): LocalEntry | undefined {
    const entry = this.#entries.get(names.entryKey);
    return entry?.names.hasTagsOf(names) === true ? entry : undefined;
  }

  /** Whether none of its tags has changed. */
  isUnchanged({ tagBuckets, snapshot }: LocalEntry): boolean {
    return this.#counters.isUnchanged(tagBuckets, snapshot);
  }
}

/** The body, the parsed value at a multiple of it, the key, and overhead. */
function estimatedBytes(entry: LocalEntry, entryKey: string): number {
  return 4 * entry.content.length + 2 * entryKey.length + 500;
}
