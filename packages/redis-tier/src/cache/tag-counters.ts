/**
 * What this process has heard about tags, in two tables of fixed size: how often a tag has changed, and when this process
 * itself last invalidated it. Tags that share a place only cost a miss.
 *
 * Whoever keeps something that was built on tags keeps the counts as well, as of before the tags were read. Nothing is
 * indexed by tag, and no read under way needs to be known: if the counts are the same later, nothing was heard meanwhile.
 */
const places = 65_536;

/** What had been heard of some tags at a moment, and in which epoch of their shard. */
export type Snapshot = { readonly epoch: number; readonly places: Uint16Array; readonly counts: Uint32Array };

export class TagCounters {
  readonly #counts = new Uint32Array(places);
  readonly #ownMs = new Float64Array(places);

  /** The tag has changed. */
  raise(tagKey: string): void {
    const place = placeOf(tagKey);
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
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

  /** To be taken before the tags are read, or before a store that tests them is sent. */
  snapshot(tagKeys: readonly string[], epoch: number): Snapshot {
    const at = Uint16Array.from(tagKeys, placeOf);
    return { epoch, places: at, counts: Uint32Array.from(at, (place) => this.#counts[place] ?? 0) };
  }

  /** Whether nothing was heard of the tags since. */
  isUnchanged({ places: at, counts }: Snapshot): boolean {
    for (let i = 0; i < counts.length; i++) if (this.#counts[at[i] ?? 0] !== counts[i]) return false;
    return true;
  }
}

/** FNV-1a, folded to 16 bits. */
function placeOf(key: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) sum = Math.imul(sum ^ key.charCodeAt(i), 0x01000193);
  return ((sum >>> 16) ^ sum) & 0xffff;
}
