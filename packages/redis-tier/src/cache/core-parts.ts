import type { OnCacheEvent } from './events.ts';
import type { FlightRegistry } from './flight.ts';
import type { Invalidations } from './invalidations.ts';
import type { KeySpace } from './keys.ts';
import type { LocalTier } from './local-tier.ts';
import type { Shards } from './shards.ts';
import type { TagCounters } from './tag-counters.ts';
import type { VersionSource } from './tag-version.ts';
import type { WakeUps } from './wake-ups.ts';

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
