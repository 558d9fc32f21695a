import { nodeIds } from './nodes.ts';
import type { Metric, Rule, Severity, WatchTarget } from './rule.ts';
import { rulesFor } from './rules.ts';
import { defaultThresholds, type Thresholds } from './thresholds.ts';

/** One metric of a node. */
export type AlarmMetric = { readonly id: string; readonly name: string; readonly node: string };

/** One CloudWatch alarm as data: what builds infrastructure makes it from this and adds nothing. */
export type AlarmDefinition = {
  readonly name: string;
  readonly rule: string;
  readonly metric: Metric;
  readonly severity: Severity;
  readonly description: string;
  readonly namespace: 'AWS/ElastiCache';
  readonly metrics: readonly AlarmMetric[];
  /** Over the ids of the metrics; null: the one metric itself. */
  readonly expression: string | null;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly treatMissingData: 'missing' | 'notBreaching';
  /** Whoever was told that it is wrong is told that it is well again. */
  readonly okAction: true;
};

/** An alarm takes ten metrics at the most, and a hit rate needs two of each node. */
const nodesOfOneHitRate = 5;

/** All alarms of a group: for each node, and for the whole group where the rule says so. */
export function alarmDefinitions(
  target: WatchTarget,
  thresholds: Thresholds = defaultThresholds,
): AlarmDefinition[] {
  const ids = nodeIds(target);
  return rulesFor(target).flatMap((rule) => {
    const together = rule.scope === 'group' && ids.length <= nodesOfOneHitRate;
    const subjects = together ? [ids] : ids.map((id) => [id]);
    return subjects.map((nodes) => {
      const subject = together ? target.group : (nodes[0] ?? target.group);
      return alarm(rule, subject, nodes, target, thresholds);
    });
  });
}

function alarm(
  rule: Rule,
  subject: string,
  nodes: readonly string[],
  target: WatchTarget,
  thresholds: Thresholds,
): AlarmDefinition {
  const { evaluation } = rule;
  return {
    name: `${subject}-${rule.name.replaceAll('_', '-')}`,
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
    // With little traffic the rate says nothing: it counts as 100.
    return {
      metrics: [...hits, ...misses],
      expression: `IF(${all} > ${hitRateLookups}, 100 * ${sum(hits)} / ${all}, 100)`,
    };
  }
  return { metrics: of('value', metric), expression: null };
}
