import type { CacheStatistics, PolicyStatistics } from '../../cache/index.ts';
import type { MetricFamily } from './metric-family.ts';

type Family = MetricFamily<CacheStatistics>;

/** A counter with a value for each policy. */
function byPolicy(
  name: string,
  help: string,
  value: (policy: PolicyStatistics) => number,
  unit?: 'seconds' | 'bytes',
): Family {
  return {
    type: 'counter',
    name: `cache.${name}`,
    help,
    ...(unit === undefined ? {} : { unit }),
    labels: ['policy'],
    read: ({ policies }) => Object.entries(policies).map(([policy, it]) => [value(it), { policy }]),
  };
}

function gauge(
  name: string,
  help: string,
  value: (statistics: CacheStatistics) => number,
  unit?: 'bytes',
): Family {
  const read: Family['read'] = (statistics) => [[value(statistics)]];
  return { type: 'gauge', name: `cache.${name}`, help, ...(unit === undefined ? {} : { unit }), read };
}

export const cacheFamilies: readonly Family[] = [
  {
    type: 'counter',
    name: 'cache.lookups',
    help: 'Lookups by policy and source of the result: local, remote, stale or miss.',
    labels: ['policy', 'source'],
    read: ({ policies }) =>
      Object.entries(policies).flatMap(([policy, { localHits, remoteHits, stale, misses }]) =>
        Object.entries({ local: localHits, remote: remoteHits, stale, miss: misses }).map(
          ([source, value]) => [value, { policy, source }] as const,
        ),
      ),
  },
  byPolicy('loads', 'Calls of loaders.', ({ loads }) => loads),
  byPolicy('load.errors', 'Failed calls of loaders.', ({ loadErrors }) => loadErrors),
  byPolicy('load.duration', 'Total duration of loads.', ({ loadMs }) => loadMs / 1000, 'seconds'),
  byPolicy('lease.waits', 'Waits for a load of another process.', ({ leaseWaits }) => leaseWaits),
  byPolicy('store.rejections', 'Loaded values that were not stored.', (it) => it.storeRejections),
  byPolicy('read', 'Size of the values read from Redis.', ({ bytesRead }) => bytesRead, 'bytes'),
  byPolicy('stored', 'Size of the values stored in Redis.', ({ bytesStored }) => bytesStored, 'bytes'),
  gauge('local.entries', 'Entries in the memory of this process.', ({ local }) => local.entries),
  gauge('local.size', 'Estimated size of the local entries.', ({ local }) => local.bytes, 'bytes'),
  gauge('local.tracking_connected', 'Whether invalidation tracking is connected.', ({ local }) =>
    Number(local.trackingConnected),
  ),
  gauge('remote.available', 'Whether Redis is usable.', ({ remote }) => Number(remote.available)),
  gauge(
    'remote.pending_invalidations',
    'Invalidations that Redis could not take yet.',
    ({ remote }) => remote.pendingInvalidations,
  ),
];
