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
 * The group of a plan and what CloudWatch has of it, looked at as the alarms look: same metrics, periods and limits. Throws
 * Failure.
 */
export async function readAwsMetrics(plan: Plan, nowMs: number): Promise<AwsObservation> {
  const group = await groupOf(plan);
  const alarms = onNodes(alarmDefinitions(watchTargetOf(group.state)), group.nodes);
  return { ...group, readings: readingsOfAlarms(await watch(alarms, plan.region, nowMs)) };
}

/** A replica that was added after one was removed has another number than the names that a group begins with. */
function onNodes(alarms: readonly AlarmDefinition[], nodes: readonly string[]): AlarmDefinition[] {
  const expected = [...new Set(alarms.flatMap(({ metrics }) => metrics.map(({ node }) => node)))].sort();
  if (expected.length !== nodes.length) return [...alarms];
  const real = new Map(expected.map((node, index) => [node, nodes[index] ?? node]));
  return alarms.map((alarm) => ({
    ...alarm,
    metrics: alarm.metrics.map((metric) => ({ ...metric, node: real.get(metric.node) ?? metric.node })),
  }));
}
