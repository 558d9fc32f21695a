import type { Redis } from 'ioredis';
import { failFastClient } from '../../connection/internal.ts';
import type { Clock } from '../../core/index.ts';
import { PrimaryShard, type ShardOptions } from './primary-shard.ts';
import { noShard, type Shard } from './shard.ts';

/** The options of all shards of a cache. */
export type SharedOptions = Omit<ShardOptions, 'groupOf' | 'anyNamespace' | 'unlink'>;

/** The primaries, and which of them owns a namespace. */
export type Shards = {
  of(namespace: string): Shard;
  all(): readonly Shard[];
  /** A server replied that it does not own a namespace's slot. */
  moved(): void;
  close(): void;
};

/** A driver that stores for several caches without a server. */
export type CacheDriver = { openShards(options: SharedOptions): Shards };

/** One primary for all namespaces. */
export function singleShard(redis: Redis, options: SharedOptions): Shards {
  const client = failFastClient(redis);
  const shard = new PrimaryShard(client.redis, { ...options, groupOf: () => 0 });
  const all = [shard];
  return {
    of: () => shard,
    all: () => all,
    moved: () => {},
    close() {
      shard.close();
      client.close();
    },
  };
}

/** No Redis at all. */
export function noShards(clock: Clock): Shards {
  const none = noShard(clock);
  return { of: () => none, all: () => [], moved: () => {}, close: () => {} };
}
