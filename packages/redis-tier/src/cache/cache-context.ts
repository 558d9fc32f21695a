import type { OnCacheEvent } from './events.ts';
import type { Invalidations } from './invalidate/invalidations.ts';
import type { KeySpace } from './keys.ts';
import type { InFlightLoads } from './load/in-flight-load.ts';
import type { VersionSource } from './load/tag-version.ts';
import type { LeaseWaiters } from './load/wake-ups.ts';
import type { LocalTier } from './local/local-tier.ts';
import type { TagCounters } from './local/tag-counters.ts';
import type { Shards } from './primary/shards.ts';

/** Shared by the policies of one cache. */
export type CacheContext = {
  readonly keys: KeySpace;
  readonly shards: Shards;
  readonly versions: VersionSource;
  readonly inFlightLoads: InFlightLoads;
  /** Loads for callers that must not read the cache; only such callers join them. */
  readonly uncachedInFlightLoads: InFlightLoads;
  readonly invalidations: Invalidations;
  readonly counters: TagCounters;
  /** Null without a local tier. */
  readonly local: LocalTier | null;
  readonly leaseWaiters: LeaseWaiters;
  /** Running loads, until their values are stored. */
  readonly running: Set<Promise<void>>;
  /** Aborted when the cache is closed: loads that still run are given up. */
  readonly closed: AbortSignal;
  /** Minimum remaining TTL of a tag, in ms. */
  readonly needMs: number;
  readonly onEvent: OnCacheEvent;
};
