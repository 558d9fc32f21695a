import { nodeIds } from './nodes.ts';
import type { Metric, Rule, Severity, WatchTarget } from './rule.ts';
import { rulesFor } from './rules.ts';
import { defaultThresholds, type Thresholds } from './thresholds.ts';

/** One metric of a node. */
export type AlarmMetric = { readonly id: string; readonly name: string; readonly node: string };

/** One complete CloudWatch alarm as data, from which the infrastructure code creates it. */
export type AlarmDefinition = {
  readonly name: string;
  readonly rule: string;
  readonly metric: Metric;
  readonly severity: Severity;
  readonly description: string;
  readonly namespace: 'AWS/ElastiCache';
  readonly metrics: readonly AlarmMetric[];
  /** Metric math over the ids of the metrics; null if the alarm uses its one metric directly. */
  readonly expression: string | null;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly treatMissingData: 'missing' | 'notBreaching';
  /** The alarm recipients are also notified when the alarm returns to OK. */
  readonly okAction: true;
};

/** An alarm has at most ten metrics, and a hit rate needs two per node. */
const maxNodesPerHitRate = 5;

/** All alarms of a group: one per node, or one per group for rules with the scope `group`. */
export function alarmDefinitions(
  target: WatchTarget,
  thresholds: Thresholds = defaultThresholds,
): AlarmDefinition[] {
  const ids = nodeIds(target);
  return rulesFor(target).flatMap((rule) => {
    const isGroupAlarm = rule.scope === 'group' && ids.length <= maxNodesPerHitRate;
    const nodeLists = isGroupAlarm ? [ids] : ids.map((id) => [id]);
    return nodeLists.map((nodes) => {
      const resource = isGroupAlarm ? target.group : (nodes[0] ?? target.group);
      return alarm(rule, resource, nodes, target, thresholds);
    });
  });
}

function alarm(
  rule: Rule,
  resource: string,
  nodes: readonly string[],
  target: WatchTarget,
  thresholds: Thresholds,
): AlarmDefinition {
  const { evaluation } = rule;
  return {
    name: `${resource}-${rule.name.replaceAll('_', '-')}`,
    rule: rule.name,
    metric: rule.metric,
    severity: rule.severity,
    description: `${rule.title}. ${rule.remediation}`,
    namespace: 'AWS/ElastiCache',
    ...measured(rule, nodes, thresholds),
    statistic: evaluation.statistic,
    periodSeconds: evaluation.periodSeconds,
    evaluationPeriods: evaluation.evaluationPeriods,
    datapointsToAlarm: evaluation.datapointsToAlarm,
    threshold: rule.limit(thresholds, target),
    comparison: rule.comparison === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
    treatMissingData: rule.missingData,
    okAction: true,
  };
}

function measured(
  { metric }: Rule,
  nodes: readonly string[],
  { hitRateLookups }: Thresholds,
): Pick<AlarmDefinition, 'metrics' | 'expression'> {
  const of = (prefix: string, name: string): AlarmMetric[] =>
    nodes.map((node, index) => ({ id: `${prefix}${index + 1}`, name, node }));
  if (metric === 'SwapBeyondFreeable')
    return {
      metrics: [...of('swap', 'SwapUsage'), ...of('free', 'FreeableMemory')],
      expression: 'swap1 - free1',
    };
  if (metric === 'CacheHitRate') {
    const hits = of('hits', 'CacheHits');
    const misses = of('misses', 'CacheMisses');
    const sum = (metrics: readonly AlarmMetric[]) => `(${metrics.map(({ id }) => id).join(' + ')})`;
    const all = `(${sum(hits)} + ${sum(misses)})`;
    // With little traffic, the rate is not meaningful and counts as 100.
    return {
      metrics: [...hits, ...misses],
      expression: `IF(${all} > ${hitRateLookups}, 100 * ${sum(hits)} / ${all}, 100)`,
    };
  }
  return { metrics: of('value', metric), expression: null };
}
