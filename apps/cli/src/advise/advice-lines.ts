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
  /** Whether CloudWatch was asked; else a server was, which does not see everything. */
  fromAws?: boolean;
  paint: Paint;
};

/** Advice for somebody at a terminal: what is wrong, the ladder with its next rung, and what was not looked at. */
export function adviceLines(view: AdviceView): string[] {
  const { advice, paint, server, state } = view;
  const next =
    advice.next === null
      ? paint.good(`No step is due: ${advice.why}.`)
      : `${paint.warning(`Next: ${advice.next.title}.`)} ${sentence(advice.why)}`;
  return [
    paint.heading(`Advice on the Redis of ${server}`),
    `  ${nodesOf(state)}`,
    '',
    ...findingLines(view),
    '',
    `${paint.heading('The ladder')}  ${paint.quiet('✓ done or given, ✗ in the way, ? not known from here')}`,
    ...advice.steps.flatMap((rung) => scalingStepLines(rung, paint)),
    '',
    next,
    ...notMonitoredLines(view),
  ];
}

export function nodesOf({ node, engine, replicasPerShard, region, shards, clusterMode }: State): string {
  const replicas = replicasPerShard === null ? 'replicas not known' : counted(replicasPerShard, 'replica');
  const nodes = clusterMode
    ? `${shards} shards of ${node?.name ?? 'unknown nodes'}`
    : (node?.name ?? 'node not known');
  return `${nodes}, ${replicas}, ${engine === null ? 'engine not known' : engineNames[engine]}, ${region}`;
}

/** Alerts of the server that no rule of ours has told of already: those of messages, of the database. */
export function otherAlerts({
  advice,
  alerts,
}: Pick<AdviceView, 'advice' | 'alerts'>): ServerStatus['alerts'] {
  const told = new Set(
    advice.findings.flatMap(({ rule: { health } }) => ('code' in health ? [health.code] : [])),
  );
  return alerts.filter(({ code }) => !told.has(code));
}

function findingLines(view: AdviceView): string[] {
  const { advice, paint } = view;
  const others = otherAlerts(view);
  if (advice.findings.length + others.length === 0)
    return [paint.good('Nothing is wrong that can be seen from here.')];
  return [
    paint.heading('What is wrong'),
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

/** The next rung in full; of the others what they cost and what stands before them. */
export function scalingStepLines(rung: ScalingAdvice, paint: Paint): string[] {
  const head = `  ${signs[rung.status]} ${rung.title}`;
  if (rung.status === 'done') return [paint.good(head)];
  if (rung.status === 'none left') return [paint.quiet(`${head}: there is none on the ladder`)];
  if (rung.status === 'later') return [head, ...laterLines(rung, paint)];
  return [
    paint.warning(head),
    ...wrap(`${rung.gain}.`, '      ', 100),
    `      a month: ${costOf(rung)}`,
    ...rung.conditions.flatMap((condition) => conditionLines(condition, paint)),
    ...wrap(`Beware: ${rung.caveat}`, '      ', 100),
  ];
}

function laterLines(rung: ScalingAdvice, paint: Paint): string[] {
  const { valkey, redis } = rung.cost;
  const cost = valkey === null && redis === null ? [] : [`      a month: ${costOf(rung)}`];
  const before = blockers(rung).map(({ text, met }) => `      ${signOf(met, paint)} ${text}`);
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
        ? `Not looked at, since CloudWatch has too few values of it: ${names}. A new cache has them after some minutes.`
        : `Not looked at, since CloudWatch alone knows it: ${names}. Ask it with --aws, or give what it shows, such as --metric CPUUtilization=52.`,
      '',
      100,
    ).map((line) => paint.quiet(line)),
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
