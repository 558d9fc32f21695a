import type { CacheCounts, CacheStats } from '@bookedbarber/contract';
import type { PolicyStatistics } from '@bookedbarber/redis-tier/cache';
import type { Context } from '../../main/context.ts';
import { cachePolicies, policyTimes } from '../../read-models/policy-times.ts';

/** Cache counts of this process since its start, and the lookups of all processes. */
export function cacheStats({ cache, config, redisHealth }: Context): CacheStats {
  const { total, policies, local, remote } = cache.statistics();
  const times = policyTimes(config.cache);
  const sample = redisHealth.sample();
  const own = { hits: total.localHits + total.remoteHits + total.stale, processes: 1 };
  const fleet = sample?.fleet ?? { ...own, lookups: own.hits + total.misses };
  return {
    enabled: config.cache.enabled && config.redis.main !== null,
    fleet: {
      processes: fleet.processes,
      hits: fleet.hits,
      lookups: fleet.lookups,
      hit_rate: rounded(fleet.lookups === 0 ? 0 : fleet.hits / fleet.lookups),
    },
    tiers: {
      local: {
        entries: local.entries,
        bytes: local.bytes,
        tracking_connected: local.trackingConnected,
      },
      remote: { available: remote.available, pending_invalidations: remote.pendingInvalidations },
    },
    total: toCounts(total),
    policies: cachePolicies.map((policy) => {
      const { ttlMs, staleWhileRevalidateMs = 0, staleIfErrorMs = 0 } = times[policy];
      return {
        policy,
        ttl_seconds: ttlMs / 1000,
        stale_while_revalidate_seconds: staleWhileRevalidateMs / 1000,
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
    lease_waits: counts.leaseWaits,
    store_rejections: counts.storeRejections,
    bytes_read: counts.bytesRead,
    bytes_stored: counts.bytesStored,
    hit_rate: rounded(counts.hitRate),
    recent_hit_rate: rounded(counts.recentHitRate),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
