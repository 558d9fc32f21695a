/**
 * The figures of a process as the fleet adds them up: flat, by name. What is told of a policy begins with `cache.` and its
 * name, what is told of a limited resource with `limits.` and its name.
 */
import type { CacheStatistics } from '@bookedbarber/redis-tier/cache';
import type { Counts } from '@bookedbarber/redis-tier/health';
import type { LimiterStatistics } from '@bookedbarber/redis-tier/limits';

export function processCounts(cache: CacheStatistics, limits: LimiterStatistics | null): Counts {
  const counts: Record<string, number> = {};
  const add = (name: string, values: Readonly<Record<string, number>>): void => {
    // What is nought need not travel.
    for (const [key, value] of Object.entries(values)) if (value !== 0) counts[`${name}.${key}`] = value;
  };
  for (const [policy, { timing, ...of }] of Object.entries(cache.policies)) {
    const { hitRate: _, recentHitRate: __, ...sums } = of;
    const { measuredMs, causes, waitedFor: waited, trackedEntries: remembered, trackedEntriesLimit } = timing;
    const name = `cache.${policy}`;
    add(name, { ...sums, ...causes, waited });
    // Only who has loaded something measures.
    if (measuredMs > 0) add(name, { measuredMs, measuring: 1, remembered, trackedEntriesLimit });
    for (const { ttlMs, loads, entries, waitedFor: waits } of timing.ttlSimulations)
      add(`${name}.${ttlMs}`, { loads, entries, waited: waits });
  }
  for (const [resource, { allowed, denied: refused, unavailable: outages, nearLimit }] of Object.entries(
    limits?.limits ?? {},
  ))
    add(`limits.${resource}`, { allowed, refused, outages, nearLimit });
  return counts;
}

/** Reads figures under a name; what did not travel is nought. */
export function countsUnder(counts: Counts, name: string) {
  return (key: string): number => counts[`${name}.${key}`] ?? 0;
}
