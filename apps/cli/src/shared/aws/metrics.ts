import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { AlarmDefinition, Watched } from '@bookedbarber/elasticache';
import { openCloudWatch } from './clients.ts';
import { maxQueries, metricResults } from './metric-pages.ts';

/** A metric is there a minute or two after its time. */
const latePeriods = 2;

/** What CloudWatch has for the newest periods of each alarm. Throws Failure. */
export async function watch(
  alarms: readonly AlarmDefinition[],
  region: string,
  nowMs: number,
): Promise<Watched[]> {
  const client = await openCloudWatch(region);
  const watched: Watched[] = [];
  for (const part of partsOf(alarms)) {
    const values = new Map<string, { at: number; value: number }[]>();
    const results = metricResults(client, part.flatMap(queriesOf), {
      nowMs,
      windowMs: Math.max(...part.map(windowMs)),
    });
    for await (const { Id: id = '', Timestamps: times = [], Values: found = [] } of results)
      values.set(id, [
        ...(values.get(id) ?? []),
        ...found.map((value, index) => ({ at: times[index]?.getTime() ?? 0, value })),
      ]);
    watched.push(
      ...part.map((alarm, index) => ({
        alarm,
        values: newest(values.get(`a${index}`) ?? [], alarm, nowMs),
      })),
    );
  }
  return watched;
}

/** Alarms in parts, each of which one request takes. */
function partsOf(alarms: readonly AlarmDefinition[]): AlarmDefinition[][] {
  const parts: AlarmDefinition[][] = [];
  let room = 0;
  for (const alarm of alarms) {
    const queries = alarm.metrics.length + 1;
    if (queries > room) {
      parts.push([]);
      room = maxQueries;
    }
    parts.at(-1)?.push(alarm);
    room -= queries;
  }
  return parts;
}

/** The result is `a` and the number of the alarm; what an expression is made from has names of its own. */
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

/** Values of the newest whole periods; one that is not over yet would count too little. */
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
