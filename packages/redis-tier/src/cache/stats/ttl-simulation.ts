/**
 * Simulates alternative times of a policy with the loads that really happen, similar to miniature simulations
 * (Waldspurger, Saemundsson, Ahmad and Park, "Cache Modeling and Optimization using Miniature Simulations", USENIX
 * ATC 2017). No distribution of lookups is assumed: real lookups come in bursts, and a formula fitted to the hit rate
 * of a short TTL predicts far too many hits for a long one.
 *
 * At each load of an entry, the simulation checks for every alternative TTL whether its own simulated copy would
 * still be valid: none of its tags has changed, and it is younger than that TTL. If so, the load would have been
 * saved; if not, the copy starts again. A call of a loader is saved when all its entries are.
 *
 * A hit costs nothing here, because only loads are observed. The resulting error is bounded: between a lookup that
 * would have renewed a copy and the next real load, at most the current TTL T passes. So the life of a copy is
 * counted T/2 shorter, and the loads reported for a TTL W are those of a TTL between W - T/2 and W + T/2.
 *
 * Each process simulates on its own. It learns of another process's load only when it reads that entry from Redis, so
 * with several processes the simulation underestimates the savings.
 */
import type { EntryKeys } from '../keys.ts';
import type { Snapshot, TagCounters } from '../local/tag-counters.ts';
import type { SimulatedTtl } from '../policy-options.ts';
import type { Shard } from '../primary/shard.ts';

export type TtlSimulationResult = {
  readonly ttlMs: number;
  readonly staleWhileRevalidateMs: number;
  /** Loader calls, and loaded entries, that would remain. */
  readonly loads: number;
  readonly entries: number;
  /** Entries of these that a caller would have waited for, because no stale value could be served. */
  readonly waitedFor: number;
};

/** Loaded entries by cause: no earlier load known, a tag changed, the TTL ended, or outside the cache. */
export type LoadCauses = { first: number; invalidated: number; expired: number; uncached: number };

/** An entry about to be loaded. `redisMs`: the time of the load. `leased` false: it will not be stored. */
type Loading = { readonly names: EntryKeys; readonly redisMs: number; readonly leased: boolean };

/** The record of an entry. */
type TrackedEntry = {
  loadedAtMs: number;
  /** The change counts when it was stored; null until then. */
  snapshot: Snapshot | null;
  /** When the simulated copy of each alternative ends. */
  readonly endsMs: number[];
};

type TrackingState = Pick<Shard, 'epoch' | 'isTracking'>;
type Simulation = { -readonly [Name in keyof TtlSimulationResult]: TtlSimulationResult[Name] };

/** Maximum tracked entries of one policy; the entry whose load is oldest is dropped, and later counts as new. */
export const maxTrackedEntries = 4096;

export class TtlSimulation {
  readonly causes: LoadCauses = { first: 0, invalidated: 0, expired: 0, uncached: 0 };
  /** Entries that a caller waited for, judged in the same way as for the alternatives. */
  waitedFor = 0;
  readonly #simulations: readonly Simulation[];
  readonly #halfMs: number;
  readonly #jitter: number;
  readonly #waitsAfterMs: number;
  readonly #counters: TagCounters;
  readonly #nowMs: () => number;
  readonly #tracked = new Map<string, TrackedEntry>();
  #sinceMs: number | null = null;

  /** `nowMs`: the clock that entries age by. `ttlSimulations`: in any order, each at least twice the policy's TTL. */
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
    this.#simulations = ttlSimulations.map((times) => ({
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
    return this.#simulations.map((simulation) => ({ ...simulation }));
  }

  /** Duration of the measurement since the first load, in ms. */
  get measuredMs(): number {
    return this.#sinceMs === null ? 0 : Math.max(0, this.#nowMs() - this.#sinceMs);
  }

  get trackedEntries(): number {
    return this.#tracked.size;
  }

  /** Records the start of one call of the loader. */
  loading(items: readonly Loading[], shard: TrackingState): void {
    this.#sinceMs ??= this.#nowMs();
    const needs = this.#simulations.map(() => false);
    for (const item of items) {
      if (item.leased) this.#load(item, shard, needs);
      else {
        this.causes.uncached += 1;
        needs.fill(true);
      }
    }
    needs.forEach((isNeeded, index) => {
      const simulation = this.#simulations[index];
      if (isNeeded && simulation !== undefined) simulation.loads += 1;
    });
  }

  /**
   * Records that the entry was stored with its current tags. The creation of its tags has already been counted as a
   * change: the notification arrives before the reply of the store.
   */
  stored({ entryKey }: EntryKeys, shard: TrackingState): void {
    const entry = this.#tracked.get(entryKey);
    if (entry !== undefined) entry.snapshot = shard.isTracking ? this.#counters.snapshot(shard.epoch) : null;
  }

  /** Records that an entry was read with valid tags. `before`: the change counts before the read. */
  seen({ entryKey, tagKeys }: EntryKeys, loadedAtMs: number, before: Snapshot): void {
    if (this.#simulations.length === 0) return;
    const entry = this.#tracked.get(entryKey);
    if (loadedAtMs <= (entry?.loadedAtMs ?? 0)) return;
    const snapshot = entry?.snapshot?.epoch === before.epoch ? entry.snapshot : null;
    const isLost =
      snapshot === null || !this.#counters.isUnchanged(this.#counters.bucketsOf(tagKeys), snapshot);
    const endsMs = this.#simulations.map((simulation, index) => {
      const endMs = isLost ? 0 : (entry?.endsMs[index] ?? 0);
      return loadedAtMs < endMs ? endMs : this.#endOf(simulation, loadedAtMs);
    });
    this.#track(entryKey, { loadedAtMs, snapshot: before, endsMs });
  }

  #load({ names, redisMs }: Loading, shard: TrackingState, needs: boolean[]): void {
    const entry = this.#tracked.get(names.entryKey);
    const cause = this.#causeOf(entry, names, shard);
    this.causes[cause] += 1;
    const isLost = cause !== 'expired';
    if (isLost || redisMs - (entry?.loadedAtMs ?? 0) > this.#waitsAfterMs) this.waitedFor += 1;
    const endsMs = this.#simulations.map((simulation, index) => {
      const endMs = entry?.endsMs[index] ?? 0;
      if (!isLost && redisMs < endMs) return endMs;
      needs[index] = true;
      simulation.entries += 1;
      if (isLost || redisMs >= endMs + simulation.staleWhileRevalidateMs) simulation.waitedFor += 1;
      return this.#endOf(simulation, redisMs);
    });
    this.#track(names.entryKey, { loadedAtMs: redisMs, snapshot: null, endsMs });
  }

  #endOf({ ttlMs }: Simulation, loadedAtMs: number): number {
    return loadedAtMs + (ttlMs - this.#halfMs) * (1 - Math.random() * this.#jitter);
  }

  #causeOf(
    entry: TrackedEntry | undefined,
    { tagKeys }: EntryKeys,
    { epoch, isTracking }: TrackingState,
  ): 'first' | 'invalidated' | 'expired' {
    if (entry === undefined || entry.snapshot === null) return 'first';
    if (!isTracking || entry.snapshot.epoch !== epoch) return 'first';
    const isUnchanged = this.#counters.isUnchanged(this.#counters.bucketsOf(tagKeys), entry.snapshot);
    return isUnchanged ? 'expired' : 'invalidated';
  }

  /** The map is in the order of loads: its first entry has the oldest load. */
  #track(entryKey: string, entry: TrackedEntry): void {
    this.#tracked.delete(entryKey);
    this.#tracked.set(entryKey, entry);
    if (this.#tracked.size <= maxTrackedEntries) return;
    for (const oldest of this.#tracked.keys()) {
      this.#tracked.delete(oldest);
      return;
    }
  }
}
