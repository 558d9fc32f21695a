/**
 * The changes of tags that this process knows of, in tables of fixed size: when a tag last changed, as a count of all
 * changes, and when this process itself last invalidated it. Tags that share a bucket only cause additional misses.
 *
 * An entry stores the change count from before its tags were read. This needs no index from tags to entries and no
 * list of reads in flight: if none of the tags has changed since that count, the entry is unchanged.
 */
const buckets = 65_536;

/** The change count at a moment, and the epoch of the shard. */
export type Snapshot = { readonly epoch: number; readonly changeCount: number };

export class TagCounters {
  /** Number of changes so far: exact up to 2^53. */
  #changeCount = 0;
  readonly #changedAt = new Float64Array(buckets);
  readonly #ownMs = new Float64Array(buckets);

  /** Number of changes so far. While it is the same, everything found unchanged is still unchanged. */
  get changeCount(): number {
    return this.#changeCount;
  }

  /** Records a change of the tag. */
  raise(tagKey: string): void {
    this.#changeCount += 1;
    this.#changedAt[bucketOf(tagKey)] = this.#changeCount;
  }

  /** Records that this process invalidated the tag at this Redis time. */
  invalidatedHere(tagKey: string, redisMs: number): void {
    this.raise(tagKey);
    this.#ownMs[bucketOf(tagKey)] = redisMs;
  }

  /** The latest invalidation of any of the tags by this process, in Redis time; 0 for none. */
  lastOwnMs(tagKeys: readonly string[]): number {
    return Math.max(...tagKeys.map((key) => this.#ownMs[bucketOf(key)] ?? 0));
  }

  /** Take it before tags are read, or before a store that checks them is sent. */
  snapshot(epoch: number): Snapshot {
    return { epoch, changeCount: this.#changeCount };
  }

  bucketsOf(tagKeys: readonly string[]): Uint16Array {
    return Uint16Array.from(tagKeys, bucketOf);
  }

  /** Whether none of the tags in these buckets has changed since the snapshot. */
  isUnchanged(tagBuckets: Uint16Array, { changeCount }: Snapshot): boolean {
    for (let i = 0; i < tagBuckets.length; i++)
      if ((this.#changedAt[tagBuckets[i] ?? 0] ?? 0) > changeCount) return false;
    return true;
  }

  /** Whether none of the tags in these buckets has changed since the count of each. */
  areUnchanged(tagBuckets: Uint16Array, changeCounts: Float64Array): boolean {
    for (let i = 0; i < tagBuckets.length; i++)
      if ((this.#changedAt[tagBuckets[i] ?? 0] ?? 0) > (changeCounts[i] ?? 0)) return false;
    return true;
  }
}

/** FNV-1a, folded to 16 bits. */
function bucketOf(key: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) sum = Math.imul(sum ^ key.charCodeAt(i), 0x01000193);
  return ((sum >>> 16) ^ sum) & 0xffff;
}
