/**
 * What this process has heard about tags, in tables of fixed size: when a tag changed last, counted in changes heard, and
 * when this process itself last invalidated it. Tags that share a place only cost a miss.
 *
 * Whoever keeps something that was built on tags keeps the count as well, as of before the tags were read. Nothing is
 * indexed by tag, and no read under way needs to be known: if none of the tags has changed since that count, nothing was
 * heard of them meanwhile.
 */
const places = 65_536;

/** How much had been heard at a moment, and in which epoch of the shard. */
export type Snapshot = { readonly epoch: number; readonly changeCount: number };

export class TagCounters {
  /** Changes heard so far: exact up to 2^53. */
  #changeCount = 0;
  readonly #changedAt = new Float64Array(places);
  readonly #ownMs = new Float64Array(places);

  /** How much was heard so far. While it stays, nothing changes that was found unchanged. */
  get changeCount(): number {
    return this.#changeCount;
  }

  /** The tag has changed. */
  raise(tagKey: string): void {
    this.#changeCount += 1;
    this.#changedAt[placeOf(tagKey)] = this.#changeCount;
  }

  /** This process has invalidated the tag at this Redis time. */
  invalidatedHere(tagKey: string, redisMs: number): void {
    this.raise(tagKey);
    this.#ownMs[placeOf(tagKey)] = redisMs;
  }

  /** The latest invalidation of any of the tags by this process, in Redis time; 0 for none. */
  lastOwnMs(tagKeys: readonly string[]): number {
    return Math.max(...tagKeys.map((key) => this.#ownMs[placeOf(key)] ?? 0));
  }

  /** To be taken before tags are read, or before a store that tests them is sent. */
  snapshot(epoch: number): Snapshot {
    return { epoch, changeCount: this.#changeCount };
  }

  placesOf(tagKeys: readonly string[]): Uint16Array {
    return Uint16Array.from(tagKeys, placeOf);
  }

  /** Whether nothing was heard of the tags at these places since. */
  isUnchanged(ofPlaces: Uint16Array, { changeCount: heard }: Snapshot): boolean {
    for (let i = 0; i < ofPlaces.length; i++)
      if ((this.#changedAt[ofPlaces[i] ?? 0] ?? 0) > heard) return false;
    return true;
  }

  /** Whether nothing was heard of the tags at these places since the counts beside them. */
  areUnchanged(ofPlaces: Uint16Array, changeCount: Float64Array): boolean {
    for (let i = 0; i < ofPlaces.length; i++)
      if ((this.#changedAt[ofPlaces[i] ?? 0] ?? 0) > (changeCount[i] ?? 0)) return false;
    return true;
  }
}

/** FNV-1a, folded to 16 bits. */
function placeOf(key: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) sum = Math.imul(sum ^ key.charCodeAt(i), 0x01000193);
  return ((sum >>> 16) ^ sum) & 0xffff;
}
