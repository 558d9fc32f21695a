import { sumOfConnections } from '@bookedbarber/redis-tier/settings';
import { poolUse } from '../../database/connect.ts';
import type { Context } from '../../main/context.ts';
import type { CachePolicy } from '../../read-models/policy-times.ts';
import { redisConnections } from '../../redis/redis-connections.ts';
import type { OutboxCountReader } from '../messages/outbox-monitor.ts';
import { counter, type Family, gauge, one, type Sample, samplesOf } from './metric-family.ts';
import { outboxFamilies } from './outbox-families.ts';
import type { RequestCounts } from './request-counts.ts';

/** The server's own metrics. Each is read from counts that exist anyway. */
export function metricFamilies(
  context: Context,
  requests: RequestCounts,
  outbox: OutboxCountReader,
): Family[] {
  return [
    ...cacheFamilies(context),
    ...limitFamilies(context),
    ...loadFamilies(context),
    ...redisFamilies(context),
    ...outboxFamilies(context, outbox),
    gauge('database_connections', 'Connections to PostgreSQL of this process', ['state'], () => {
      const { total, idle, waiting } = poolUse(context.db);
      return samplesOf('state', { busy: total - idle, idle, waiting });
    }),
    counter('http_requests_total', 'Completed requests by status class', ['status'], () =>
      [1, 2, 3, 4, 5].map((digit) => ({
        labels: { status: `${digit}xx` },
        value: requests.byStatusClass[digit] ?? 0,
      })),
    ),
  ];
}

function cacheFamilies({ cache }: Context): Family[] {
  type Policies = ReturnType<typeof cache.statistics>['policies'];
  const byPolicy = (pick: (counts: Policies[CachePolicy] & object) => number) => (): Sample[] =>
    Object.entries(cache.statistics().policies).map(([policy, counts]) => ({
      labels: { policy },
      value: pick(counts),
    }));
  const one = (pick: (statistics: ReturnType<typeof cache.statistics>) => number) => (): Sample[] => [
    { labels: {}, value: pick(cache.statistics()) },
  ];
  return [
    counter('cache_lookups_total', 'Lookups by source of the result', ['policy', 'source'], () =>
      Object.entries(cache.statistics().policies).flatMap(([policy, counts]) =>
        samplesOf('source', {
          local: counts.localHits,
          remote: counts.remoteHits,
          stale: counts.stale,
          miss: counts.misses,
        }).map(({ labels, value }) => ({ labels: { policy, ...labels }, value })),
      ),
    ),
    counter(
      'cache_loads_total',
      'Loads from the source',
      ['policy'],
      byPolicy(({ loads }) => loads),
    ),
    counter('cache_entries_loaded_total', 'Entries loaded, by cause', ['policy', 'cause'], () =>
      Object.entries(cache.statistics().policies).flatMap(([policy, { timing }]) =>
        samplesOf('cause', timing.causes).map(({ labels, value }) => ({
          labels: { policy, ...labels },
          value,
        })),
      ),
    ),
    counter(
      'cache_load_errors_total',
      'Failed loads',
      ['policy'],
      byPolicy((it) => it.loadErrors),
    ),
    counter(
      'cache_load_seconds_total',
      'Total duration of loads',
      ['policy'],
      byPolicy((it) => it.loadMs / 1000),
    ),
    counter(
      'cache_lease_waits_total',
      'Waits for loads of other processes',
      ['policy'],
      byPolicy((it) => it.leaseWaits),
    ),
    counter(
      'cache_store_rejections_total',
      'Loaded values that were not stored',
      ['policy'],
      byPolicy((it) => it.storeRejections),
    ),
    counter(
      'cache_read_bytes_total',
      'Bytes read from Redis',
      ['policy'],
      byPolicy((it) => it.bytesRead),
    ),
    counter(
      'cache_stored_bytes_total',
      'Bytes stored',
      ['policy'],
      byPolicy((it) => it.bytesStored),
    ),
    gauge(
      'cache_local_entries',
      'Entries in the local tier',
      [],
      one(({ local }) => local.entries),
    ),
    gauge(
      'cache_local_bytes',
      'Bytes in the local tier',
      [],
      one(({ local }) => local.bytes),
    ),
    gauge(
      'cache_tracking_connected',
      '1 while invalidation tracking is connected',
      [],
      one(({ local }) => Number(local.trackingConnected)),
    ),
    gauge(
      'cache_pending_invalidations',
      'Namespaces with invalidations that are not applied in Redis yet',
      [],
      one(({ remote }) => remote.pendingInvalidations),
    ),
  ];
}

function limitFamilies({ limiter }: Context): Family[] {
  if (limiter === null) return [];
  const limits = () => Object.entries(limiter.statistics().limits);
  return [
    counter('limit_decisions_total', 'Decisions by verdict', ['limit', 'verdict'], () =>
      limits().flatMap(([limit, { allowed, denied, unavailable }]) =>
        samplesOf('verdict', { allowed, denied, unavailable }).map(({ labels, value }) => ({
          labels: { limit, ...labels },
          value,
        })),
      ),
    ),
    counter(
      'limit_near_limit_total',
      'Allowed requests with at most 10 % of a limit remaining',
      ['limit'],
      () => limits().map(([limit, { nearLimit }]) => ({ labels: { limit }, value: nearLimit })),
    ),
    counter('limit_units_total', 'Units consumed by allowed requests', ['limit'], () =>
      limits().map(([limit, { unitsAllowed }]) => ({ labels: { limit }, value: unitsAllowed })),
    ),
    counter('limit_deny_cache_total', 'Denials without a call to Redis', ['limit'], () =>
      limits().map(([limit, { deniedFromDenyCache }]) => ({
        labels: { limit },
        value: deniedFromDenyCache,
      })),
    ),
    counter('limit_local_total', 'Decisions of this process without Redis', ['limit'], () =>
      limits().map(([limit, { local }]) => ({ labels: { limit }, value: local })),
    ),
    counter('limit_exceeded_windows_total', 'Denials by exceeded window', ['limit', 'window'], () =>
      limits().flatMap(([limit, { exceededWindows }]) =>
        Object.entries(exceededWindows).map(([window, value]) => ({ labels: { limit, window }, value })),
      ),
    ),
    counter('limit_calls_total', 'Calls to Redis; each batches the checks of one event loop turn', [], () =>
      one(limiter.statistics().calls),
    ),
    counter('limit_errors_total', 'Calls that failed in Redis', [], () => one(limiter.statistics().errors)),
    counter('limit_lost_consumption_total', 'Local consumption that was never reported to Redis', [], () =>
      one(limiter.statistics().lostConsumption),
    ),
    gauge('limit_pending_consumption', 'Local consumption that is not reported to Redis yet', [], () =>
      one(limiter.statistics().pendingConsumption),
    ),
    gauge('limit_processes', 'Processes that share the limits', [], () =>
      one(limiter.statistics().fleetSize),
    ),
    gauge('limit_with_redis', '1 while limits are checked in Redis, 0 while checked locally', [], () =>
      one(Number(limiter.state === 'redis')),
    ),
  ];
}

function loadFamilies({ load, shedding }: Context): Family[] {
  return [
    gauge('event_loop_delay_seconds', 'Mean event loop delay', [], () => one(load.now().loopDelayMs / 1000)),
    gauge('database_wait_seconds', 'Longest current wait for a database connection', [], () =>
      one(load.now().databaseWaitMs / 1000),
    ),
    gauge('load', '1 for the current load level', ['level'], () =>
      (['normal', 'busy', 'overloaded', 'full'] as const).map((level) => ({
        labels: { level },
        value: Number(load.now().level === level),
      })),
    ),
    counter('load_shed_requests_total', 'Requests rejected under load, by kind of work', ['work'], () =>
      shedding === null ? [] : samplesOf('work', shedding.shed),
    ),
  ];
}

function redisFamilies({ redisHealth, config }: Context): Family[] {
  const sampled = (value: number | null | undefined): Sample[] =>
    value === null || value === undefined ? [] : [{ labels: {}, value }];
  return [
    gauge('redis_up', '1 while Redis responds', [], () =>
      sampled(Number(redisHealth.sample()?.available === true)),
    ),
    gauge('redis_memory_bytes', 'Memory used by Redis', [], () =>
      sampled(redisHealth.sample()?.usedMemoryBytes),
    ),
    gauge('redis_max_memory_bytes', 'maxmemory of Redis; 0: no limit', [], () =>
      sampled(redisHealth.sample()?.maxMemoryBytes),
    ),
    gauge('redis_clients', 'Clients connected to Redis', [], () =>
      sampled(redisHealth.sample()?.connectedClients),
    ),
    gauge('redis_operations_per_second', 'Commands per second, as reported by Redis', [], () =>
      sampled(redisHealth.sample()?.operationsPerSecond),
    ),
    counter('redis_evicted_keys_total', 'Keys that Redis evicted', [], () =>
      sampled(redisHealth.sample()?.evictedKeys),
    ),
    gauge('redis_connections', 'Connections of this process to Redis', [], () =>
      sampled(sumOfConnections(redisConnections(config, 'api'))),
    ),
    gauge('redis_connections_budget', 'REDIS_MAX_CONNECTIONS', [], () =>
      sampled(config.redis.maxConnections),
    ),
  ];
}
