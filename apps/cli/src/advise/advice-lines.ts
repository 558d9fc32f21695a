import type { ServerStatus } from '@bookedbarber/contract';
import {
  type Advice,
  blockers,
  type Condition,
  engineNames,
  type Finding,
  type Readings,
  rules,
  rulesFor,
  type ScalingAdvice,
  type State,
  watchTargetOf,
} from '@bookedbarber/elasticache';
import { dollarsMore } from '../plan/dollars.ts';
import type { Paint } from '../shared/terminal/paint.ts';
import { counted, wrap } from '../shared/terminal/words.ts';

export type AdviceView = {
  server: string;
  state: State;
  readings: Readings;
  advice: Advice;
  alerts: ServerStatus['alerts'];
  /** Whether the readings come from CloudWatch. A server knows only some of the metrics. */
  fromAws?: boolean;
  paint: Paint;
};

/** The advice as text: problems, scaling steps, the next step, and metrics without a value. */
export function adviceLines(view: AdviceView): string[] {
  const { advice, paint, server, state } = view;
  const next =
    advice.next === null
      ? paint.good(`No scaling step is needed: ${advice.why}.`)
      : `${paint.warning(`Next: ${advice.next.title}.`)} ${sentence(advice.why)}`;
  return [
    paint.heading(`Advice for the Redis of ${server}`),
    `  ${nodesOf(state)}`,
    '',
    ...findingLines(view),
    '',
    `${paint.heading('Scaling steps')}  ${paint.quiet('✓ done or met, ✗ not met, ? unknown')}`,
    ...advice.steps.flatMap((step) => scalingStepLines(step, paint)),
    '',
    next,
    ...notMonitoredLines(view),
  ];
}

export function nodesOf({ node, engine, replicasPerShard, region, shards, clusterMode }: State): string {
  const replicas = replicasPerShard === null ? 'replicas unknown' : counted(replicasPerShard, 'replica');
  const nodes = clusterMode
    ? `${shards} shards of ${node?.name ?? 'an unknown node type'}`
    : (node?.name ?? 'node type unknown');
  return `${nodes}, ${replicas}, ${engine === null ? 'engine unknown' : engineNames[engine]}, ${region}`;
}

/** Alerts of the server that no finding covers, such as those about messages or the database. */
export function otherAlerts({
  advice,
  alerts,
}: Pick<AdviceView, 'advice' | 'alerts'>): ServerStatus['alerts'] {
  const covered = new Set(
    advice.findings.flatMap(({ rule: { health } }) => ('code' in health ? [health.code] : [])),
  );
  return alerts.filter(({ code }) => !covered.has(code));
}

function findingLines(view: AdviceView): string[] {
  const { advice, paint } = view;
  const others = otherAlerts(view);
  if (advice.findings.length + others.length === 0) return [paint.good('No problems found.')];
  return [
    paint.heading('Problems'),
    ...advice.findings.flatMap((finding) => [
      `  ${mark(finding.rule.severity, paint)}  ${finding.rule.title}: ${measured(finding)}`,
      ...wrap(finding.rule.cause, '        ', 100),
      ...wrap(finding.rule.remediation, '        ', 100),
    ]),
    ...others.flatMap(({ severity, title, detail, remediation }) => [
      `  ${mark(severity, paint)}  ${title}`,
      ...wrap(`${detail} ${remediation}`, '        ', 100),
    ]),
  ];
}

function mark(severity: 'page' | 'ticket', paint: Paint): string {
  return severity === 'page' ? paint.bad('now ') : paint.warning('soon');
}

function measured({ rule, value, limit }: Finding): string {
  const side = rule.comparison === 'above' ? 'over' : 'under';
  return `${inUnit(value, rule.unit)}, ${side} ${inUnit(limit, rule.unit)}`;
}

function inUnit(value: number, unit: Finding['rule']['unit']): string {
  if (unit === 'bytes') return `${(value / 1e6).toFixed(0)} MB`;
  const number = value.toLocaleString('en', { maximumFractionDigits: 1 });
  return unit === '' ? number : `${number} ${unit}`;
}

const signs = { done: '✓', next: '→', later: '·', 'none left': '-' } as const;

/** The next step in full; for later steps only their cost and unmet conditions. */
export function scalingStepLines(step: ScalingAdvice, paint: Paint): string[] {
  const head = `  ${signs[step.status]} ${step.title}`;
  if (step.status === 'done') return [paint.good(head)];
  if (step.status === 'none left') return [paint.quiet(`${head}: there is no larger node type`)];
  if (step.status === 'later') return [head, ...laterLines(step, paint)];
  return [
    paint.warning(head),
    ...wrap(`${step.gain}.`, '      ', 100),
    `      per month: ${costOf(step)}`,
    ...step.conditions.flatMap((condition) => conditionLines(condition, paint)),
    ...wrap(`Note: ${step.caveat}`, '      ', 100),
  ];
}

function laterLines(step: ScalingAdvice, paint: Paint): string[] {
  const { valkey, redis } = step.cost;
  const cost = valkey === null && redis === null ? [] : [`      per month: ${costOf(step)}`];
  const before = blockers(step).map(({ text, met }) => `      ${signOf(met, paint)} ${text}`);
  return [...cost, ...before];
}

function costOf({ cost: { valkey, redis } }: ScalingAdvice): string {
  return `${dollarsMore(valkey)} on Valkey, ${dollarsMore(redis)} on Redis OSS`;
}

function conditionLines({ text, met, remediation }: Condition, paint: Paint): string[] {
  const line = `      ${signOf(met, paint)} ${text}`;
  return met === true ? [line] : [line, ...wrap(remediation, '        ', 100)];
}

function signOf(met: boolean | null, paint: Paint): string {
  if (met === null) return paint.warning('?');
  return met ? paint.good('✓') : paint.bad('✗');
}

function notMonitoredLines({ state, readings, fromAws = false, paint }: AdviceView): string[] {
  const seen = new Set(Object.keys(readings));
  const target = watchTargetOf(state);
  const watched = state.node === null ? rules : rulesFor(target);
  const notMonitored = [...new Set(watched.map(({ metric }) => metric))].filter(
    (metric) => !seen.has(metric),
  );
  if (notMonitored.length === 0) return [];
  const names = notMonitored
    .map((metric) => (metric === 'SwapBeyondFreeable' ? 'SwapUsage' : metric))
    .join(', ');
  return [
    '',
    ...wrap(
      fromAws
        ? `Not checked, because CloudWatch has too few values: ${names}. For a new cache, wait a few minutes.`
        : `Not checked, because only CloudWatch has these metrics: ${names}. Read them with --aws, or pass values, for example --metric CPUUtilization=52.`,
      '',
      100,
    ).map((line) => paint.quiet(line)),
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
