import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { AlarmDefinition, AlarmValues } from '@bookedbarber/elasticache';
import { openCloudWatch } from './clients.ts';
import { maxQueries, metricResults } from './metric-pages.ts';

/** CloudWatch publishes a value one or two minutes late. */
const latePeriods = 2;

/** Reads the values of the newest periods of each alarm from CloudWatch. Throws Failure. */
export async function watch(
  alarms: readonly AlarmDefinition[],
  region: string,
  nowMs: number,
): Promise<AlarmValues[]> {
  const client = await openCloudWatch(region);
  const watched: AlarmValues[] = [];
  for (const batch of batchesOf(alarms)) {
    const values = new Map<string, { at: number; value: number }[]>();
    const results = metricResults(client, batch.flatMap(queriesOf), {
      nowMs,
      windowMs: Math.max(...batch.map(windowMs)),
    });
    for await (const { Id: id = '', Timestamps: times = [], Values: found = [] } of results)
      values.set(id, [
        ...(values.get(id) ?? []),
        ...found.map((value, index) => ({ at: times[index]?.getTime() ?? 0, value })),
      ]);
    watched.push(
      ...batch.map((alarm, index) => ({
        alarm,
        values: newest(values.get(`a${index}`) ?? [], alarm, nowMs),
      })),
    );
  }
  return watched;
}

/** Splits the alarms into batches that fit into one request. */
function batchesOf(alarms: readonly AlarmDefinition[]): AlarmDefinition[][] {
  const batches: AlarmDefinition[][] = [];
  let remaining = 0;
  for (const alarm of alarms) {
    const queries = alarm.metrics.length + 1;
    if (queries > remaining) {
      batches.push([]);
      remaining = maxQueries;
    }
    batches.at(-1)?.push(alarm);
    remaining -= queries;
  }
  return batches;
}

/** The id of the result is `a` and the index of the alarm; the inputs of an expression get other ids. */
function queriesOf(alarm: AlarmDefinition, index: number): MetricDataQuery[] {
  const { expression, metrics } = alarm;
  const idOf = (id: string) => (expression === null ? `a${index}` : `m${index}_${id}`);
  const parts = metrics.map(
    ({ id, name, node }): MetricDataQuery => ({
      Id: idOf(id),
      ReturnData: expression === null,
      MetricStat: {
        Metric: {
          Namespace: alarm.namespace,
          MetricName: name,
          Dimensions: [{ Name: 'CacheClusterId', Value: node }],
        },
        Period: alarm.periodSeconds,
        Stat: alarm.statistic,
      },
    }),
  );
  if (expression === null) return parts;
  const named = metrics.reduce(
    (text, { id }) => text.replaceAll(new RegExp(`\\b${id}\\b`, 'g'), idOf(id)),
    expression,
  );
  return [...parts, { Id: `a${index}`, Expression: named, Period: alarm.periodSeconds }];
}

function windowMs({ evaluationPeriods, periodSeconds }: AlarmDefinition): number {
  return (evaluationPeriods + latePeriods) * periodSeconds * 1000;
}

/** Values of the newest complete periods. The current period is incomplete, so its value would be too low. */
function newest(
  points: readonly { at: number; value: number }[],
  alarm: AlarmDefinition,
  nowMs: number,
): number[] {
  const whole = points.filter(
    ({ at }) => at + alarm.periodSeconds * 1000 <= nowMs && at >= nowMs - windowMs(alarm),
  );
  return whole
    .sort((a, b) => b.at - a.at)
    .slice(0, alarm.evaluationPeriods)
    .map(({ value }) => value);
}
