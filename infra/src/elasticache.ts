/** Imports @bookedbarber/elasticache from its sources, because infra has a separate lockfile and needs no build. */
import {
  connectionsOfProcess,
  groupStateOfPlan,
  type Plan,
  type WatchTarget,
  watchTargetOf,
} from '../../packages/elasticache/src/index.ts';

/** The monitoring target of a plan. */
export const watched = (plan: Plan): WatchTarget =>
  watchTargetOf(groupStateOfPlan(plan, connectionsOfProcess(plan, 'worker')));

export {
  type AlarmDefinition,
  alarmDefinitions,
  clusterModeOf,
  dashboard,
  type Graph,
  type Plan,
  parametersOfPlan,
  readPlan,
  speaksCluster,
  validatePlan,
} from '../../packages/elasticache/src/index.ts';
