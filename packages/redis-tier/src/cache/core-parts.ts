import type { OnCacheEvent } from './events.ts';
import type { Invalidations } from './invalidate/invalidations.ts';
import type { KeySpace } from './keys.ts';
import type { FlightRegistry } from './load/in-flight-load.ts';
import type { VersionSource } from './load/tag-version.ts';
import type { WakeUps } from './load/wake-ups.ts';
import type { LocalTier } from './local/local-tier.ts';
import type { TagCounters } from './local/tag-counters.ts';
import type { Shards } from './primary/shards.ts';

/** What the policies of one cache share. */
export type CoreParts = {
  readonly keys: KeySpace;
  readonly shards: Shards;
  readonly versions: VersionSource;
  readonly flights: FlightRegistry;
  /** Loads for callers who must not read the cache; only their like may join. */
  readonly uncachedFlights: FlightRegistry;
  readonly invalidations: Invalidations;
  readonly counters: TagCounters;
  /** Null when there is no tier in this process. */
  readonly local: LocalTier | null;
  readonly wakeUps: WakeUps;
  /** Loads under way, until what they load is stored. */
  readonly running: Set<Promise<void>>;
  /** Least life of a tag, in ms. */
  readonly needMs: number;
  readonly onEvent: OnCacheEvent;
};
