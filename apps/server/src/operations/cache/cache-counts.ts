import type { CacheCounts, CacheStats } from '@bookedbarber/contract';
import type { PolicyStatistics } from '@bookedbarber/redis-tier/cache';
import type { Context } from '../../main/context.ts';
import { cachePolicies, policyTimes } from '../../read-models/policy-times.ts';

/** What the cache has done since this process started, and what the fleet's look-ups came to. */
export function cacheStats({ cache, config, redisHealth }: Context): CacheStats {
  const { total, policies, local, remote } = cache.statistics();
  const times = policyTimes(config.cache);
  const sample = redisHealth.sample();
  const own = { hits: total.localHits + total.remoteHits + total.stale, processes: 1 };
  const fleet = sample?.fleet ?? { ...own, lookUps: own.hits + total.misses };
  return {
    enabled: config.cache.enabled && config.redis.main !== null,
    fleet: {
      processes: fleet.processes,
      hits: fleet.hits,
      look_ups: fleet.lookUps,
      hit_rate: rounded(fleet.lookUps === 0 ? 0 : fleet.hits / fleet.lookUps),
    },
    tiers: {
      local,
      remote: { available: remote.available, invalidations_kept: remote.invalidationsKept },
    },
    total: toCounts(total),
    policies: cachePolicies.map((policy) => {
      const { freshMs, agedMs = 0, staleIfErrorMs = 0 } = times[policy];
      return {
        policy,
        fresh_seconds: freshMs / 1000,
        aged_seconds: agedMs / 1000,
        stale_if_error_seconds: staleIfErrorMs / 1000,
        ...toCounts(policies[policy] ?? total),
      };
    }),
  };
}

function toCounts(counts: PolicyStatistics): CacheCounts {
  return {
    local_hits: counts.localHits,
    remote_hits: counts.remoteHits,
    stale: counts.stale,
    misses: counts.misses,
    loads: counts.loads,
    load_errors: counts.loadErrors,
    mean_load_ms: rounded(counts.loads === 0 ? 0 : counts.loadMs / counts.loads),
    waits: counts.waits,
    refusals: counts.refusals,
    bytes_read: counts.bytesRead,
    bytes_stored: counts.bytesStored,
    hit_rate: rounded(counts.hitRate),
    recent_hit_rate: rounded(counts.recentHitRate),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
