import type { RedisClient } from '../../connection/index.ts';
import { commandsOf, isCluster } from '../../connection/internal.ts';
import { clusterShards } from './cluster-shards.ts';
import { noShards, type Shards, type SharedOptions, singleShard } from './shards.ts';

/** The shards of a connection; null: none. */
export function openShards(client: RedisClient | null, options: SharedOptions): Shards {
  if (client === null) return noShards(options.clock);
  const redis = commandsOf(client);
  return isCluster(redis) ? clusterShards(redis, options) : singleShard(redis, options);
}
