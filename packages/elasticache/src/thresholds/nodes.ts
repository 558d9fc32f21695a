import type { WatchTarget } from './rule.ts';

/**
 * The CacheClusterIds of a group's nodes: `group-001`, or `group-0001-001` in cluster mode. Every node is monitored,
 * because any of them can become the primary.
 */
export function nodeIds({ group, clusterMode, shards, replicasPerShard }: WatchTarget): string[] {
  const perShard = Array.from({ length: replicasPerShard + 1 }, (_, index) =>
    String(index + 1).padStart(3, '0'),
  );
  if (!clusterMode) return perShard.map((node) => `${group}-${node}`);
  return Array.from({ length: shards }, (_, index) => String(index + 1).padStart(4, '0')).flatMap((shard) =>
    perShard.map((node) => `${group}-${shard}-${node}`),
  );
}
