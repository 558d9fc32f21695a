import type { ClusterModeMigration, Plan } from './plan.ts';

/** ElastiCache's values. A group in `compatible` mode has one shard and accepts clients of both protocols. */
type ClusterMode = 'disabled' | ClusterModeMigration;

/** The cluster mode of a plan's group. */
export function clusterModeOf({
  clusterMode,
  clusterModeMigration: migration,
}: Pick<Plan, 'clusterMode' | 'clusterModeMigration'>): ClusterMode {
  if (clusterMode) return 'enabled';
  return migration === 'compatible' ? 'compatible' : 'disabled';
}

/** Whether processes connect with the cluster protocol: in the modes `compatible` and `enabled`. */
export function speaksCluster(plan: Pick<Plan, 'clusterMode' | 'clusterModeMigration'>): boolean {
  return clusterModeOf(plan) !== 'disabled';
}
