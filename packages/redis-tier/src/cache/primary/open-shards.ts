import type { Cluster, Redis } from 'ioredis';
import { isCluster } from '../../connection/index.ts';
import { clusterShards } from './cluster-shards.ts';
import { noShards, type Shards, type SharedOptions, singleShard } from './shards.ts';

/** The shards of a connection; null: none. */
export function openShards(redis: Redis | Cluster | null, options: SharedOptions): Shards {
  if (redis === null) return noShards(options.clock);
  return isCluster(redis) ? clusterShards(redis, options) : singleShard(redis, options);
}
