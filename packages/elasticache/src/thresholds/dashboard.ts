import { nodeIds } from './nodes.ts';
import type { Metric, Rule, WatchTarget } from './rule.ts';
import { rulesFor } from './rules.ts';
import { defaultThresholds, type Thresholds } from './thresholds.ts';

/** A horizontal line at a limit, in the color of its severity. */
export type Annotation = { readonly label: string; readonly value: number; readonly color: string };

/** A graph of a CloudWatch dashboard as data. */
export type Graph = {
  readonly title: string;
  readonly metrics: readonly { readonly name: string; readonly node: string }[];
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly annotations: readonly Annotation[];
};

const colors = { ticket: '#ff9900', page: '#d13212' } as const;

/** The CloudWatch metrics that derived metrics are computed from. */
const parts: Partial<Record<Metric, readonly string[]>> = {
  CacheHitRate: ['CacheHits', 'CacheMisses'],
  SwapBeyondFreeable: ['SwapUsage', 'FreeableMemory'],
};

/**
 * One graph per monitored metric, with the alarm limits as lines, and two graphs of network traffic, which no rule
 * monitors.
 */
export function dashboard(target: WatchTarget, thresholds: Thresholds = defaultThresholds): Graph[] {
  const rules = rulesFor(target);
  const monitored = [...new Set(rules.map(({ metric }) => metric))].map((metric) => {
    const ofMetric = rules.filter((rule) => rule.metric === metric);
    return graph(metric, ofMetric, target, thresholds);
  });
  const traffic = ['NetworkBytesIn', 'NetworkBytesOut'].map((name) => ({
    title: name,
    metrics: nodeIds(target).map((node) => ({ name, node })),
    statistic: 'Average',
    periodSeconds: 60,
    annotations: [],
  }));
  return [...monitored, ...traffic];
}

function graph(metric: Metric, rules: readonly Rule[], target: WatchTarget, thresholds: Thresholds): Graph {
  const [first] = rules;
  return {
    title: metric,
    metrics: (parts[metric] ?? [metric]).flatMap((name) => nodeIds(target).map((node) => ({ name, node }))),
    statistic: first?.evaluation.statistic ?? 'Average',
    periodSeconds: first?.evaluation.periodSeconds ?? 60,
    annotations: rules.map((rule) => ({
      label: `${rule.title} (${rule.severity}): ${rule.describeLimit(thresholds)}`,
      value: rule.limit(thresholds, target),
      color: colors[rule.severity],
    })),
  };
}
