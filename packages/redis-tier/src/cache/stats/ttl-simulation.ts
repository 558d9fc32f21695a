/**
 * What other times of a policy would have come to: each is played on paper with the loads that really happen, after the
 * manner of miniature simulations (Waldspurger, Saemundsson, Ahmad and Park, "Cache Modeling and Optimization using
 * Miniature Simulations", USENIX ATC 2017). No distribution of look-ups is assumed: people come in bursts, and a formula
 * fitted to the hit rate of a short time promises far too much of a long one.
 *
 * At a load of an entry it is asked of each time whether its own copy, on paper, would still be there: none of its tags
 * has changed since, and it is younger than that time. If so, the load would have been saved; if not, the copy begins anew.
 * One call of a loader is saved when all entries that it is to load are.
 *
 * A hit costs nothing here, since only loads are looked at. What that does to the result is bounded: between a look-up that
 * would have renewed a copy and the next real load lies the present time T at the most. So a copy's life is counted T/2
 * shorter, and the loads told of a time W are those of a time between W - T/2 and W + T/2.
 *
 * Each process plays for itself. What another one has loaded it knows of as soon as it reads that from Redis; of the rest it
 * does not, and so where several share the look-ups they find less to save than there is.
 */
import type { EntryKeys } from '../keys.ts';
import type { Snapshot, TagCounters } from '../local/tag-counters.ts';
import type { SimulatedTtl } from '../policy-options.ts';
import type { Shard } from '../primary/shard.ts';

export type TtlSimulationResult = {
  readonly ttlMs: number;
  readonly staleWhileRevalidateMs: number;
  /** Calls of the loader, and entries loaded, that would have been left. */
  readonly loads: number;
  readonly entries: number;
  /** Entries of these that somebody would have waited for, rather than be given an aged answer. */
  readonly waitedFor: number;
};

/** Entries loaded by why: nothing was known of the last load, a tag changed, the time was over, or outside of the cache. */
export type LoadCauses = { first: number; invalidated: number; expired: number; uncached: number };

/** An entry about to be loaded. `redisMs`: the moment. Not leased: it is not going to be kept, whatever the times. */
type Loading = { readonly names: EntryKeys; readonly redisMs: number; readonly leased: boolean };

/** What is remembered of an entry. */
type Memory = {
  /** When it was loaded last, and what had been heard once it was stored; null until it is stored. */
  loadedAtMs: number;
  changeCount: Snapshot | null;
  /** When the copy of each time would be past. */
  readonly endsMs: number[];
};

type TrackingState = Pick<Shard, 'epoch' | 'isTracking'>;
type Play = { -readonly [Name in keyof TtlSimulationResult]: TtlSimulationResult[Name] };

/** Entries of one policy that are remembered; one that was loaded longer ago than so many others counts as new. */
export const maxTrackedEntries = 4096;

export class TtlSimulation {
  readonly causes: LoadCauses = { first: 0, invalidated: 0, expired: 0, uncached: 0 };
  /** Entries that somebody waited for, judged in the same way as those of the other times. */
  waitedFor = 0;
  readonly #plays: readonly Play[];
  readonly #halfMs: number;
  readonly #jitter: number;
  readonly #waitsAfterMs: number;
  readonly #counters: TagCounters;
  readonly #nowMs: () => number;
  readonly #memories = new Map<string, Memory>();
  #sinceMs: number | null = null;

  /** `nowMs`: the time that entries age by. `times`: in any order, all at least twice as long as the policy's own. */
  constructor(
    policy: {
      ttlMs: number;
      staleWhileRevalidateMs: number;
      jitter: number;
      ttlSimulations: readonly SimulatedTtl[];
    },
    counters: TagCounters,
    nowMs: () => number,
  ) {
    const { ttlMs, staleWhileRevalidateMs, jitter, ttlSimulations } = policy;
    this.#plays = ttlSimulations.map((times) => ({
      staleWhileRevalidateMs: 0,
      ...times,
      loads: 0,
      entries: 0,
      waitedFor: 0,
    }));
    this.#halfMs = ttlMs / 2;
    this.#jitter = jitter;
    this.#waitsAfterMs = ttlMs * (1 - jitter) + staleWhileRevalidateMs;
    this.#counters = counters;
    this.#nowMs = nowMs;
  }

  get results(): TtlSimulationResult[] {
    return this.#plays.map((play) => ({ ...play }));
  }

  /** For how long it has been looked, in ms: since the first load. */
  get measuredMs(): number {
    return this.#sinceMs === null ? 0 : Math.max(0, this.#nowMs() - this.#sinceMs);
  }

  get trackedEntries(): number {
    return this.#memories.size;
  }

  /** One call of the loader begins. */
  loading(items: readonly Loading[], shard: TrackingState): void {
    this.#sinceMs ??= this.#nowMs();
    const needs = this.#plays.map(() => false);
    for (const item of items) {
      if (item.leased) this.#load(item, shard, needs);
      else {
        this.causes.uncached += 1;
        needs.fill(true);
      }
    }
    needs.forEach((isNeeded, index) => {
      const play = this.#plays[index];
      if (isNeeded && play !== undefined) play.loads += 1;
    });
  }

  /**
   * The entry is stored, with its tags as they are. Its own creation of tags has been heard by now: that is told ahead of
   * the store's reply.
   */
  stored({ entryKey }: EntryKeys, shard: TrackingState): void {
    const memory = this.#memories.get(entryKey);
    if (memory !== undefined)
      memory.changeCount = shard.isTracking ? this.#counters.snapshot(shard.epoch) : null;
  }

  /** An entry was read, with tags that are valid. `snapshot`: what had been heard before. */
  seen({ entryKey, tagKeys }: EntryKeys, loadedAtMs: number, snapshot: Snapshot): void {
    if (this.#plays.length === 0) return;
    const memory = this.#memories.get(entryKey);
    if (loadedAtMs <= (memory?.loadedAtMs ?? 0)) return;
    const changeCount = memory?.changeCount?.epoch === snapshot.epoch ? memory.changeCount : null;
    const isLost =
      changeCount === null || !this.#counters.isUnchanged(this.#counters.placesOf(tagKeys), changeCount);
    const endsMs = this.#plays.map((play, index) => {
      const endMs = isLost ? 0 : (memory?.endsMs[index] ?? 0);
      return loadedAtMs < endMs ? endMs : this.#endOf(play, loadedAtMs);
    });
    this.#remember(entryKey, { loadedAtMs: loadedAtMs, changeCount: snapshot, endsMs });
  }

  #load({ names, redisMs }: Loading, shard: TrackingState, needs: boolean[]): void {
    const memory = this.#memories.get(names.entryKey);
    const cause = this.#causeOf(memory, names, shard);
    this.causes[cause] += 1;
    const isLost = cause !== 'expired';
    if (isLost || redisMs - (memory?.loadedAtMs ?? 0) > this.#waitsAfterMs) this.waitedFor += 1;
    const endsMs = this.#plays.map((play, index) => {
      const endMs = memory?.endsMs[index] ?? 0;
      if (!isLost && redisMs < endMs) return endMs;
      needs[index] = true;
      play.entries += 1;
      if (isLost || redisMs >= endMs + play.staleWhileRevalidateMs) play.waitedFor += 1;
      return this.#endOf(play, redisMs);
    });
    this.#remember(names.entryKey, { loadedAtMs: redisMs, changeCount: null, endsMs });
  }

  #endOf({ ttlMs }: Play, loadedAtMs: number): number {
    return loadedAtMs + (ttlMs - this.#halfMs) * (1 - Math.random() * this.#jitter);
  }

  #causeOf(
    memory: Memory | undefined,
    { tagKeys }: EntryKeys,
    { epoch, isTracking }: TrackingState,
  ): 'first' | 'invalidated' | 'expired' {
    if (memory === undefined || memory.changeCount === null) return 'first';
    if (!isTracking || memory.changeCount.epoch !== epoch) return 'first';
    const isUnchanged = this.#counters.isUnchanged(this.#counters.placesOf(tagKeys), memory.changeCount);
    return isUnchanged ? 'expired' : 'invalidated';
  }

  /** The map keeps the order of loading: its first is the one that was not loaded for the longest time. */
  #remember(entryKey: string, memory: Memory): void {
    this.#memories.delete(entryKey);
    this.#memories.set(entryKey, memory);
    if (this.#memories.size <= maxTrackedEntries) return;
    for (const oldest of this.#memories.keys()) {
      this.#memories.delete(oldest);
      return;
    }
  }
}
