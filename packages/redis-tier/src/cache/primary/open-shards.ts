import type { RedisClient } from '../../connection/index.ts';
import { commandsOf, isCluster } from '../../connection/internal.ts';
import { clusterShards } from './cluster-shards.ts';
import { type CacheDriver, noShards, type Shards, type SharedOptions, singleShard } from './shards.ts';

/** The shards of a connection; null: none. */
export function openShards(client: RedisClient | CacheDriver | null, options: SharedOptions): Shards {
  if (client === null) return noShards(options.clock);
  if ('openShards' in client) return client.openShards(options);
  const redis = commandsOf(client);
  return isCluster(redis) ? clusterShards(redis, options) : singleShard(redis, options);
}
