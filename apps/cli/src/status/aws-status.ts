import { defaultThresholds, isExceeded, type Rule, rulesFor, watchTargetOf } from '@bookedbarber/elasticache';
import type { Parameter } from '../shared/aws/parameters.ts';
import type { AwsObservation } from '../shared/aws/read-metrics.ts';
import type { Paint } from '../shared/terminal/paint.ts';
import { figure } from '../shared/terminal/words.ts';

type Verdict = 'ok' | 'ticket' | 'page' | 'unknown';

/** The parameter group of a cache on AWS. `parameters` is empty, with the reason, when it cannot be read. */
export type GroupParameters = {
  readonly group: string | null;
  readonly parameters: readonly Parameter[];
  readonly unreadable: string | null;
};

/** The state of a cache on AWS, each rule with its value, limit and verdict, and the parameters of the plan. */
export function awsStatus(
  { state, status, nodes, readings }: AwsObservation,
  { group, parameters, unreadable }: GroupParameters,
) {
  const target = watchTargetOf(state);
  return {
    group: state.group,
    region: state.region,
    status,
    node: state.node?.name ?? null,
    cluster_mode: state.clusterMode,
    shards: state.shards,
    replicas_per_shard: state.replicasPerShard,
    multi_az: state.multiAz,
    nodes,
    rules: rulesFor(target).map((rule) => {
      const value = readings[rule.metric] ?? null;
      const limit = rule.limit(defaultThresholds, target);
      const verdict = verdictOf(rule, limit, value);
      return { name: rule.name, metric: rule.metric, value, limit, unit: rule.unit, verdict };
    }),
    parameter_group: group,
    parameters: parameters.map((parameter) => ({ ...parameter, verdict: verdictOfParameter(parameter) })),
    parameters_unreadable: unreadable,
  };
}

function verdictOfParameter({ value, expected }: Parameter): Verdict {
  if (value === null) return 'unknown';
  return value === expected ? 'ok' : 'ticket';
}

function verdictOf(rule: Rule, limit: number, value: number | null): Verdict {
  if (value === null) return 'unknown';
  return isExceeded(rule, limit, value) ? rule.severity : 'ok';
}

export function awsStatusLines(status: ReturnType<typeof awsStatus>, paint: Paint): string[] {
  const size = status.cluster_mode ? `${status.shards} shards` : 'cluster mode off';
  const names = [...status.rules.map(({ metric }) => metric), ...status.parameters.map(({ name }) => name)];
  const width = Math.max(...names.map((name) => name.length));
  return [
    `${paint.heading(status.group)}  ${status.status}, ${status.region}`,
    `  ${status.node ?? 'unknown node type'}, ${size}, Multi-AZ ${status.multi_az ? 'on' : 'off'}: ${status.nodes.join(', ')}`,
    '',
    ...status.rules.map(
      ({ metric, value, limit, unit, verdict }) =>
        `  ${marks(paint)[verdict]}  ${metric.padEnd(width)}  ${inUnit(value, unit)}, limit ${inUnit(limit, unit)}`,
    ),
    '',
    `  Parameter group ${status.parameter_group ?? 'unknown'}`,
    ...status.parameters.map(
      ({ name, value, expected, verdict }) =>
        `  ${marks(paint)[verdict]}  ${name.padEnd(width)}  ${value ?? 'unknown'}, ${expected} in the plan`,
    ),
    ...(status.parameters.some(({ verdict }) => verdict === 'ticket') ? [differs] : []),
    ...(status.parameters_unreadable === null
      ? []
      : [`  ${marks(paint).unknown}  not checked: ${status.parameters_unreadable}`]),
  ];
}

const differs = '        Fix: set the parameters of the group as in the plan; they take effect immediately.';

const marks = (paint: Paint): Record<Verdict, string> => ({
  ok: paint.good('ok  '),
  ticket: paint.warning('soon'),
  page: paint.bad('now '),
  unknown: paint.quiet('?   '),
});

function inUnit(value: number | null, unit: string): string {
  if (value === null) return 'no values';
  if (unit === 'bytes') return `${(value / 1e6).toFixed(0)} MB`;
  return unit === '' ? figure(value) : `${figure(value)} ${unit}`;
}
