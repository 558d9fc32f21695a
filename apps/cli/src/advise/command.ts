import { resolve } from 'node:path';
import type { ServerStatus } from '@bookedbarber/contract';
import { type Advice, advise, type Plan, type Readings, type State } from '@bookedbarber/elasticache';
import { readPlanFile } from '../plan/plan-file.ts';
import { integerFrom, parseEngine, parseRegion } from '../plan/plan-options.ts';
import { openApi } from '../shared/api/open-api.ts';
import { readAwsMetrics } from '../shared/aws/read-metrics.ts';
import { planRequired } from '../shared/aws/required-plan.ts';
import {
  type AddCommand,
  type CommonOptions,
  printJson,
  printLines,
  withExamples,
  withServer,
} from '../shared/command.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { progressOn } from '../shared/terminal/progress.ts';
import { counted } from '../shared/terminal/words.ts';
import { Failure } from '../shared/user-error.ts';
import { adviceLines, otherAlerts } from './advice-lines.ts';
import { addMetric, type MetricOptions, readingsOf } from './given-metrics.ts';
import { type NodeOptions, readingsFrom, stateFrom } from './read-server.ts';

type Options = CommonOptions & NodeOptions & { plan?: string; metric?: MetricOptions; aws?: boolean };

export const addAdvise: AddCommand = (parent, context) => {
  const command = parent
    .command('advise')
    .summary('show problems of the Redis of a server and the next scaling step')
    .description(
      'Evaluates the metrics of the Redis of a running server. Shows problems and the next scaling step (a replica in ' +
        'another zone, a larger node, cluster mode or another region) with its cost and its prerequisites. The exit ' +
        'code is 1 when a problem needs immediate attention.',
    )
    .option('--plan <file>', 'deployed plan, as written by `plan --out`')
    .option('--node <type>', 'node type, such as t4g.small (default: detected from its memory)')
    .option('--engine <engine>', 'engine: valkey or redis', parseEngine)
    .option('--replicas <n>', 'number of replicas of each primary', integerFrom(0, 5))
    .option('--region <region>', 'AWS region (default us-east-1)', parseRegion)
    .option(
      '--max-connections <n>',
      'REDIS_MAX_CONNECTIONS of each process (default 50)',
      integerFrom(1, 65_000),
    )
    .option('--aws', 'query ElastiCache and CloudWatch, not a server; requires --plan')
    .option('--metric <name=value>', 'value of a CloudWatch metric; repeatable', addMetric)
    .action((options: Options) => adviseOn(options, context));
  withExamples(withServer(command), [
    'bookedbarber advise',
    'bookedbarber advise --plan plan.json --metric CPUUtilization=52 --metric CPUCreditBalance=90',
    'bookedbarber advise --aws --plan plan.json',
    'bookedbarber advise --node t4g.small --engine valkey --replicas 0 --json',
  ]);
};

async function adviseOn(options: Options, context: CommandContext): Promise<void> {
  const plan =
    options.plan === undefined ? undefined : readPlanFile(resolve(context.workingFolder, options.plan));
  const observed =
    options.aws === true
      ? await adviceFromAws(plan, context)
      : await adviceFromServer(plan, options, context);
  const { server, state, alerts } = observed;
  const readings = { ...observed.readings, ...readingsOf(options.metric ?? {}) };
  const advice = advise(state, readings);
  if (options.json === true) {
    printJson(context, { ...inJson(advice), alerts: otherAlerts({ advice, alerts }) });
  } else {
    const paint = paintFor(context.stdout, context.environment);
    const fromAws = options.aws === true;
    printLines(context, adviceLines({ server, state, readings, advice, alerts, fromAws, paint }));
  }
  const urgent =
    advice.findings.filter(({ rule }) => rule.severity === 'page').length +
    otherAlerts({ advice, alerts }).filter(({ severity }) => severity === 'page').length;
  if (urgent > 0)
    throw new Failure(
      'attention_needed',
      `${counted(urgent, 'problem')} ${urgent === 1 ? 'needs' : 'need'} immediate attention.`,
      {
        remediation: 'docs/reference/runbook.md describes the cause and the fix of each.',
      },
    );
}

type Observed = { server: string; state: State; readings: Readings; alerts: ServerStatus['alerts'] };

async function adviceFromServer(
  plan: Plan | undefined,
  options: Options,
  context: CommandContext,
): Promise<Observed> {
  const api = openApi(options, context, progressOn(context.stderr));
  const status = await api.get<ServerStatus>('/status');
  const state = stateFrom(status, plan, options);
  return { server: api.url.origin, state, readings: readingsFrom(status), alerts: status.alerts };
}

async function adviceFromAws(plan: Plan | undefined, { nowMs }: CommandContext): Promise<Observed> {
  if (plan === undefined) throw planRequired();
  const { state, readings } = await readAwsMetrics(plan, nowMs());
  return { server: plan.name, state, readings, alerts: [] };
}

function inJson({ findings, steps, next, why }: Advice) {
  return {
    findings: findings.map(({ rule, value, limit }) => ({
      rule: rule.name,
      metric: rule.metric,
      severity: rule.severity,
      title: rule.title,
      value,
      limit,
      cause: rule.cause,
      remediation: rule.remediation,
    })),
    next: next?.step ?? null,
    why,
    steps,
  };
}
