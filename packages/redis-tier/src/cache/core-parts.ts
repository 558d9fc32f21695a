import type { OnCacheEvent } from './events.ts';
import type { Invalidations } from './invalidate/invalidations.ts';
import type { KeySpace } from './keys.ts';
import type { InFlightLoads } from './load/in-flight-load.ts';
import type { VersionSource } from './load/tag-version.ts';
import type { LeaseWaiters } from './load/wake-ups.ts';
import type { LocalTier } from './local/local-tier.ts';
import type { TagCounters } from './local/tag-counters.ts';
import type { Shards } from './primary/shards.ts';

/** What the policies of one cache share. */
export type CacheContext = {
  readonly keys: KeySpace;
  readonly shards: Shards;
  readonly versions: VersionSource;
  readonly inFlightLoads: InFlightLoads;
  /** Loads for callers who must not read the cache; only their like may join. */
  readonly uncachedInFlightLoads: InFlightLoads;
  readonly invalidations: Invalidations;
  readonly counters: TagCounters;
  /** Null when there is no tier in this process. */
  readonly local: LocalTier | null;
  readonly leaseWaiters: LeaseWaiters;
  /** Loads under way, until what they load is stored. */
  readonly running: Set<Promise<void>>;
  /** Least life of a tag, in ms. */
  readonly needMs: number;
  readonly onEvent: OnCacheEvent;
};
