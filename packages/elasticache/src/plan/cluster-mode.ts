import type { ClusterModeMigration, Plan } from './plan.ts';

/** As ElastiCache calls it. Compatible: a group of one shard that answers clients of both protocols. */
type ClusterMode = 'disabled' | ClusterModeMigration;

/** The mode of a plan's group. From compatible on, processes speak the protocol of clusters. */
export function clusterModeOf({
  clusterMode,
  clusterModeMigration: migration,
}: Pick<Plan, 'clusterMode' | 'clusterModeMigration'>): ClusterMode {
  if (clusterMode) return 'enabled';
  return migration === 'compatible' ? 'compatible' : 'disabled';
}
