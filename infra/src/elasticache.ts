/** The one source of what is known of ElastiCache. From its sources: infra has a lockfile of its own and needs no build. */
import {
  connectionsOfProcess,
  groupStateOfPlan,
  type Plan,
  type WatchTarget,
  watchTargetOf,
} from '../../packages/elasticache/src/index.ts';

/** What of a plan is watched. */
export const watched = (plan: Plan): WatchTarget =>
  watchTargetOf(groupStateOfPlan(plan, connectionsOfProcess(plan, 'worker')));

export {
  type AlarmDefinition,
  alarmDefinitions,
  clusterModeOf,
  dashboard,
  type Graph,
  type Plan,
  readPlan,
  speaksCluster,
  validatePlan,
} from '../../packages/elasticache/src/index.ts';
