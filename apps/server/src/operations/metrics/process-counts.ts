/**
 * The counts of a process as one flat record, which are summed over all processes. Names start with `cache.POLICY` or
 * `limits.LIMIT`.
 */
import type { CacheStatistics } from '@bookedbarber/redis-tier/cache';
import type { Counts } from '@bookedbarber/redis-tier/health';
import type { LimiterStatistics } from '@bookedbarber/redis-tier/limits';

export function processCounts(cache: CacheStatistics, limits: LimiterStatistics | null): Counts {
  const counts: Record<string, number> = {};
  const add = (name: string, values: Readonly<Record<string, number>>): void => {
    // Zeros are omitted: readers treat an absent count as 0.
    for (const [key, value] of Object.entries(values)) if (value !== 0) counts[`${name}.${key}`] = value;
  };
  for (const [policy, { timing, ...of }] of Object.entries(cache.policies)) {
    const { hitRate: _, recentHitRate: __, ...sums } = of;
    const { measuredMs, causes, waitedFor, trackedEntries, trackedEntriesLimit } = timing;
    const name = `cache.${policy}`;
    add(name, { ...sums, ...causes, waitedFor });
    // Only a process that has loaded something measures TTLs.
    if (measuredMs > 0) add(name, { measuredMs, measuring: 1, trackedEntries, trackedEntriesLimit });
    for (const { ttlMs, loads, entries, waitedFor } of timing.ttlSimulations)
      add(`${name}.${ttlMs}`, { loads, entries, waitedFor });
  }
  for (const [limit, { allowed, denied, unavailable, nearLimit }] of Object.entries(limits?.limits ?? {}))
    add(`limits.${limit}`, { allowed, denied, unavailable, nearLimit });
  return counts;
}

/** Reads the counts under a name; an absent count is 0. */
export function countsUnder(counts: Counts, name: string) {
  return (key: string): number => counts[`${name}.${key}`] ?? 0;
}
