export { type Advice, advise } from './advice/advise.ts';
export {
  blockers,
  type Condition,
  type ScalingAdvice,
  type ScalingStepName as Step,
} from './advice/scaling-step.ts';
export {
  type GroupState as State,
  groupStateOfPlan,
  nodeByMaxmemory,
  watchTargetOf,
} from './advice/state.ts';
export { type Cost, costOf } from './cost/cost.ts';
export * from './facts/engines.ts';
export { type GuideRow, guideRows } from './facts/guide.ts';
export * from './facts/limits.ts';
export * from './facts/node-types.ts';
export * from './facts/prices.ts';
export * from './facts/sources.ts';
export { factsPage } from './pages/facts-page.ts';
export { runbook } from './pages/runbook.ts';
export { authTokenErrors } from './plan/auth-token.ts';
export { connectionsOfPlan, connectionsOfProcess } from './plan/checks/client-checks.ts';
export { clusterModeOf, speaksCluster } from './plan/cluster-mode.ts';
export { makePlan, type PlanOptions, smallestNode } from './plan/make-plan.ts';
export { planNames, regionNames } from './plan/names.ts';
export { parametersOfPlan } from './plan/parameters.ts';
export type { ClusterModeMigration, Plan, PlanError } from './plan/plan.ts';
export { readPlan } from './plan/read-plan.ts';
export { validatePlan } from './plan/validate-plan.ts';
export type { Backup } from './restore/backup.ts';
export { restoredPlan } from './restore/restored-plan.ts';
export { applyStep, type ScalingStep } from './scaling/apply-step.ts';
export { measuredOn, type Peaks } from './scaling/measured-needs.ts';
export { nextNode, previousNode } from './scaling/neighbors.ts';
export { assumptions } from './sizing/assumptions.ts';
export { type BusinessSize, completeFigures, maxFigures } from './sizing/figures.ts';
export { type Dimension, dimensions, fits } from './sizing/fit.ts';
export { type Load, loadOf, type Processes, processesFor } from './sizing/load.ts';
export { type Measured, measured, type SizingConstants } from './sizing/measured.ts';
export { formatBytes, inUnits } from './sizing/units.ts';
export { type AlarmValues, readingsOfAlarms } from './thresholds/alarm-readings.ts';
export { type AlarmDefinition, type AlarmMetric, alarmDefinitions } from './thresholds/alarms.ts';
export { type Annotation, dashboard, type Graph } from './thresholds/dashboard.ts';
export { type Finding, findings, type Readings } from './thresholds/findings.ts';
export {
  type Evaluation,
  isExceeded,
  type Metric,
  type Rule,
  type Severity,
  type WatchTarget,
} from './thresholds/rule.ts';
export { ruleNamed, rules, rulesFor } from './thresholds/rules.ts';

export { defaultThresholds, type Thresholds } from './thresholds/thresholds.ts';
