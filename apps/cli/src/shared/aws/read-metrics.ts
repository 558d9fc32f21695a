import {
  type AlarmDefinition,
  alarmDefinitions,
  type Plan,
  type Readings,
  readingsOfAlarms,
  watchTargetOf,
} from '@bookedbarber/elasticache';
import { type Group, groupOf } from './group.ts';
import { watch } from './metrics.ts';

export type AwsObservation = Group & { readonly readings: Readings };

/**
 * Describes the replication group of a plan and reads its metrics from CloudWatch, with the metrics, periods and limits
 * of the alarms. Throws Failure.
 */
export async function readAwsMetrics(plan: Plan, nowMs: number): Promise<AwsObservation> {
  const group = await groupOf(plan);
  const alarms = onNodes(alarmDefinitions(watchTargetOf(group.state)), group.nodes);
  return { ...group, readings: readingsOfAlarms(await watch(alarms, plan.region, nowMs)) };
}

/** Replaces the initial node names by the real ones: a replica added after a removal has a new number. */
function onNodes(alarms: readonly AlarmDefinition[], nodes: readonly string[]): AlarmDefinition[] {
  const expected = [...new Set(alarms.flatMap(({ metrics }) => metrics.map(({ node }) => node)))].sort();
  if (expected.length !== nodes.length) return [...alarms];
  const real = new Map(expected.map((node, index) => [node, nodes[index] ?? node]));
  return alarms.map((alarm) => ({
    ...alarm,
    metrics: alarm.metrics.map((metric) => ({ ...metric, node: real.get(metric.node) ?? metric.node })),
  }));
}
