import type { Cluster, Redis } from 'ioredis';
import { isCluster } from '../../connection/index.ts';
import { clusterShards } from './cluster-shards.ts';
import { type CacheDriver, noShards, type Shards, type SharedOptions, singleShard } from './shards.ts';

/** The shards of a connection; null: none. */
export function openShards(redis: Redis | Cluster | CacheDriver | null, options: SharedOptions): Shards {
  if (redis === null) return noShards(options.clock);
  if ('openShards' in redis) return redis.openShards(options);
  return isCluster(redis) ? clusterShards(redis, options) : singleShard(redis, options);
}
