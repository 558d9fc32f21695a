import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Peaks } from '@bookedbarber/elasticache';
import { openCloudWatch } from './clients.ts';
import { maxQueries, metricResults } from './metric-pages.ts';

/** Two weeks contain every weekday twice. */
const windowMs = 14 * 24 * 3_600_000;
/** One hour; the statistic is the maximum of its minutes. */
const periodSeconds = 3600;

const metrics = [
  'DatabaseMemoryUsagePercentage',
  'CPUUtilization',
  'EngineCPUUtilization',
  'NetworkBytesIn',
  'NetworkBytesOut',
] as const satisfies readonly (keyof Peaks)[];

/** The maximum of each metric over all nodes in the last two weeks, from CloudWatch. Throws Failure. */
export async function peaksOf(nodes: readonly string[], region: string, nowMs: number): Promise<Peaks> {
  const client = await openCloudWatch(region);
  const peaks: Record<keyof Peaks, number | null> = {
    DatabaseMemoryUsagePercentage: null,
    CPUUtilization: null,
    EngineCPUUtilization: null,
    NetworkBytesIn: null,
    NetworkBytesOut: null,
  };
  const perCall = Math.floor(maxQueries / metrics.length);
  for (let at = 0; at < nodes.length; at += perCall) {
    const queries = nodes.slice(at, at + perCall).flatMap(queriesOf);
    for await (const { Id: id = '', Values: values = [] } of metricResults(client, queries, {
      nowMs,
      windowMs,
    })) {
      const name = metrics[Number(id.split('_')[1])];
      if (name !== undefined && values.length > 0) peaks[name] = Math.max(peaks[name] ?? 0, ...values);
    }
  }
  return peaks;
}

function queriesOf(node: string, index: number): MetricDataQuery[] {
  return metrics.map((name, at) => ({
    Id: `p${index}_${at}`,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/ElastiCache',
        MetricName: name,
        Dimensions: [{ Name: 'CacheClusterId', Value: node }],
      },
      Period: periodSeconds,
      Stat: 'Maximum',
    },
  }));
}
