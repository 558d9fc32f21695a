import type { ClusterModeMigration, Plan } from './plan.ts';

/** As ElastiCache calls it. Compatible: a group of one shard that answers clients of both protocols. */
type ClusterMode = 'disabled' | ClusterModeMigration;

/** The mode of a plan's group. */
export function clusterModeOf({
  clusterMode,
  clusterModeMigration: migration,
}: Pick<Plan, 'clusterMode' | 'clusterModeMigration'>): ClusterMode {
  if (clusterMode) return 'enabled';
  return migration === 'compatible' ? 'compatible' : 'disabled';
}

/** Whether processes speak the protocol of clusters to a plan's group: from compatible on. */
export function speaksCluster(plan: Pick<Plan, 'clusterMode' | 'clusterModeMigration'>): boolean {
  return clusterModeOf(plan) !== 'disabled';
}
