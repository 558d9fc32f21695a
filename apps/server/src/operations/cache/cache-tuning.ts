import type { CacheTuning, PolicyTuning } from '@bookedbarber/contract';
import type { Counts } from '@bookedbarber/redis-tier/health';
import type { Context } from '../../main/context.ts';
import {
  type CachePolicy,
  cachePolicies,
  policyTimes,
  simulatedTimes,
  timingOf,
  ttlOf,
} from '../../read-models/policy-times.ts';
import { countsUnder } from '../metrics/process-counts.ts';

/**
 * Bytes of an entry in Redis besides its body: the header with some tags, the keys of the entry and of its own tag,
 * and the server's overhead for two keys with a TTL. A test measures it with MEMORY USAGE.
 */
export const entryOverheadBytes = 400;

/** Loads and entries of all processes with the current TTLs, and simulated with other TTLs. */
export async function cacheTuning({ config, redisHealth }: Context): Promise<CacheTuning> {
  const { processes, counts } = await redisHealth.fleetCounts();
  const sample = redisHealth.sample();
  return {
    processes,
    used_memory_bytes: sample?.usedMemoryBytes ?? null,
    max_memory_bytes: sample?.maxMemoryBytes ?? null,
    policies: cachePolicies.map((policy) => tuningOf(policy, config, counts)),
  };
}

function tuningOf(policy: CachePolicy, { cache }: Context['config'], counts: Counts): PolicyTuning {
  const of = countsUnder(counts, `cache.${policy}`);
  const processes = of('measuring');
  const misses = of('misses');
  const loads = of('loads');
  const entries = {
    first: of('first'),
    invalidated: of('invalidated'),
    expired: of('expired'),
    uncached: of('uncached'),
  };
  const stored = entries.first + entries.invalidated + entries.expired;
  return {
    policy,
    variable: ttlOf[policy].variable,
    ...inSeconds(timingOf(policyTimes(cache)[policy])),
    processes,
    measured_seconds: processes === 0 ? 0 : Math.round(of('measuredMs') / processes / 1000),
    lookups: of('localHits') + of('remoteHits') + of('stale') + misses,
    misses,
    loads,
    mean_load_ms: loads === 0 ? 0 : Math.round((of('loadMs') / loads) * 1000) / 1000,
    entries,
    waited: of('waitedFor'),
    distinct_entries: of('trackedEntries'),
    tracked_entries_limit: of('trackedEntriesLimit'),
    bytes_per_entry: stored === 0 ? null : Math.round(of('bytesStored') / stored + entryOverheadBytes),
    alternatives: simulatedTimes(policy, cache).map((timing) => {
      const alternatives = countsUnder(counts, `cache.${policy}.${timing.ttlMs}`);
      return {
        ...inSeconds(timing),
        loads: alternatives('loads'),
        entries: alternatives('entries'),
        waited: alternatives('waitedFor'),
      };
    }),
  };
}

function inSeconds({ ttlMs, staleWhileRevalidateMs, reportLifetimeMs }: ReturnType<typeof timingOf>) {
  return {
    ttl_seconds: ttlMs / 1000,
    stale_while_revalidate_seconds: staleWhileRevalidateMs / 1000,
    hard_ttl_seconds: reportLifetimeMs / 1000,
  };
}
