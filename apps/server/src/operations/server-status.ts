import type { ServerStatus } from '@bookedbarber/contract';
import type { Counts, RedisSample } from '@bookedbarber/redis-tier/health';
import type { Context } from '../main/context.ts';
import { cachePolicies, policyTimes } from '../read-models/policy-times.ts';
import type { Facts } from './alerts/alert-facts.ts';
import { findAlerts } from './alerts/alerts.ts';
import { toPause } from './messages/pause-routes.ts';
import { countsUnder } from './metrics/process-counts.ts';

/** The current state of all processes. `facts`: the input of the alert rules. */
export async function serverStatus(context: Context, facts: Facts): Promise<ServerStatus> {
  const { config, clock, limiter, redisHealth } = context;
  const { processes, counts } = await redisHealth.fleetCounts();
  const policies = policiesOf(config, counts);
  const total = (pick: (of: (typeof policies)[number]) => number) =>
    policies.reduce((sum, of) => sum + pick(of), 0);
  return {
    at: new Date(clock.nowMs()).toISOString(),
    processes,
    redis: redisOf(facts.redis),
    cache: {
      enabled: config.cache.enabled && config.redis.main !== null,
      ...lookupsOf(
        total((it) => it.hits),
        total((it) => it.lookups),
      ),
      recent_hits: total((it) => it.recent_hits),
      recent_lookups: total((it) => it.recent_lookups),
      pending_invalidations: facts.pendingInvalidations,
      policies,
    },
    limits: {
      decided_by: facts.limits ?? 'none',
      by_limit: Object.keys(limiter?.statistics().limits ?? {}).map((limit) => {
        const of = countsUnder(counts, `limits.${limit}`);
        return {
          limit,
          allowed: of('allowed'),
          denied: of('denied'),
          unavailable: of('unavailable'),
          near_limit: of('nearLimit'),
        };
      }),
    },
    queue: facts.queue,
    messages: facts.outbox && {
      states: facts.outbox.states,
      late: facts.outbox.late,
      lag_seconds: rounded(facts.outbox.lagMs / 1000),
      paused: facts.outbox.paused,
      pauses: facts.outbox.pauses.map(toPause),
    },
    alerts: findAlerts(facts),
  };
}

function redisOf(sample: RedisSample | null): ServerStatus['redis'] {
  return {
    configured: sample !== null,
    available: sample?.available === true,
    used_memory_bytes: sample?.usedMemoryBytes ?? null,
    max_memory_bytes: sample?.maxMemoryBytes ?? null,
    clients: sample?.connectedClients ?? null,
    max_clients: sample?.maxClients ?? null,
    operations_per_second: sample?.operationsPerSecond ?? null,
    evicted_keys: sample?.evictedKeys ?? null,
    eviction_policy: sample?.evictionPolicy ?? null,
    clock_skew_ms: sample?.skewMs ?? null,
  };
}

function policiesOf(config: Context['config'], counts: Counts) {
  const times = policyTimes(config.cache);
  return cachePolicies.map((policy) => {
    const of = countsUnder(counts, `cache.${policy}`);
    const hits = of('localHits') + of('remoteHits') + of('stale');
    return {
      policy,
      ttl_seconds: times[policy].ttlMs / 1000,
      ...lookupsOf(hits, hits + of('misses')),
      recent_hits: of('recentHits'),
      recent_lookups: of('recentLookups'),
      stale: of('stale'),
      loads: of('loads'),
      load_errors: of('loadErrors'),
      mean_load_ms: of('loads') === 0 ? 0 : rounded(of('loadMs') / of('loads')),
    };
  });
}

function lookupsOf(hits: number, lookups: number) {
  return { hits, lookups: lookups, hit_rate: lookups === 0 ? 0 : rounded(hits / lookups) };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
