import { resolve } from 'node:path';
import type { ServerStatus } from '@bookedbarber/contract';
import { type Advice, advise, type Plan, type Readings, type State } from '@bookedbarber/elasticache';
import { readPlanFile } from '../plan/plan-file.ts';
import { parseEngine, parseRegion, wholeFrom } from '../plan/plan-options.ts';
import { openApi } from '../shared/api/open-api.ts';
import { lookAtAws } from '../shared/aws/read-metrics.ts';
import { planWanted } from '../shared/aws/required-plan.ts';
import {
  type AddVerb,
  type CommonOptions,
  printJson,
  printLines,
  withExamples,
  withServer,
} from '../shared/command.ts';
import type { Surroundings } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { progressOn } from '../shared/terminal/progress.ts';
import { counted } from '../shared/terminal/words.ts';
import { Failure } from '../shared/user-error.ts';
import { adviceLines, otherAlerts } from './advice-lines.ts';
import { addMetric, type GivenMetrics, readingsOf } from './given-metrics.ts';
import { readingsFrom, type SaidOfNodes, stateFrom } from './read-server.ts';

type Options = CommonOptions & SaidOfNodes & { plan?: string; metric?: GivenMetrics; aws?: boolean };

export const addAdvise: AddVerb = (parent, surroundings) => {
  const command = parent
    .command('advise')
    .summary('say what is wrong with the Redis of a server, and what to do next')
    .description(
      'Looks at what a running server says of its Redis, tells what is wrong, and which step comes next: a replica in ' +
        'another zone, a larger node, cluster mode, another region; with what it costs and what stands in its way. ' +
        'It ends with 1 when something has to be looked at now.',
    )
    .option('--plan <file>', 'the plan that was built, as `plan --out` saved it')
    .option('--node <type>', 'the node type, such as t4g.small (else told by its memory)')
    .option('--engine <engine>', 'valkey or redis', parseEngine)
    .option('--replicas <n>', 'replicas of each primary', wholeFrom(0, 5))
    .option('--region <region>', 'AWS region (default us-east-1)', parseRegion)
    .option('--max-connections <n>', 'REDIS_MAX_CONNECTIONS of a process (default 50)', wholeFrom(1, 65_000))
    .option('--aws', 'ask ElastiCache and CloudWatch instead of a server; wants --plan')
    .option('--metric <name=value>', 'what CloudWatch shows; may be repeated', addMetric)
    .action((options: Options) => adviseOn(options, surroundings));
  withExamples(withServer(command), [
    'bookedbarber advise',
    'bookedbarber advise --plan plan.json --metric CPUUtilization=52 --metric CPUCreditBalance=90',
    'bookedbarber advise --aws --plan plan.json',
    'bookedbarber advise --node t4g.small --engine valkey --replicas 0 --json',
  ]);
};

async function adviseOn(options: Options, surroundings: Surroundings): Promise<void> {
  const plan =
    options.plan === undefined ? undefined : readPlanFile(resolve(surroundings.workingFolder, options.plan));
  const looked =
    options.aws === true
      ? await lookedAtAws(plan, surroundings)
      : await lookedAtServer(plan, options, surroundings);
  const { server, state, alerts } = looked;
  const readings = { ...looked.readings, ...readingsOf(options.metric ?? {}) };
  const advice = advise(state, readings);
  if (options.json === true) {
    printJson(surroundings, { ...inJson(advice), alerts: otherAlerts({ advice, alerts }) });
  } else {
    const paint = paintFor(surroundings.stdout, surroundings.environment);
    const fromAws = options.aws === true;
    printLines(surroundings, adviceLines({ server, state, readings, advice, alerts, fromAws, paint }));
  }
  const now =
    advice.findings.filter(({ rule }) => rule.severity === 'page').length +
    otherAlerts({ advice, alerts }).filter(({ severity }) => severity === 'page').length;
  if (now > 0)
    throw new Failure('attention_needed', `${counted(now, 'thing')} to be looked at now.`, {
      mend: 'docs/reference/runbook.md says for each what is behind it.',
    });
}

type Looked = { server: string; state: State; readings: Readings; alerts: ServerStatus['alerts'] };

async function lookedAtServer(
  plan: Plan | undefined,
  options: Options,
  surroundings: Surroundings,
): Promise<Looked> {
  const api = openApi(options, surroundings, progressOn(surroundings.stderr));
  const status = await api.get<ServerStatus>('/status');
  const state = stateFrom(status, plan, options);
  return { server: api.url.origin, state, readings: readingsFrom(status), alerts: status.alerts };
}

async function lookedAtAws(plan: Plan | undefined, { nowMs }: Surroundings): Promise<Looked> {
  if (plan === undefined) throw planWanted();
  const { state, readings } = await lookAtAws(plan, nowMs());
  return { server: plan.name, state, readings, alerts: [] };
}

function inJson({ findings, ladder, next, why }: Advice) {
  return {
    findings: findings.map(({ rule, value, limit }) => ({
      rule: rule.name,
      metric: rule.metric,
      severity: rule.severity,
      title: rule.title,
      value,
      limit,
      cause: rule.cause,
      mend: rule.mend,
    })),
    next: next?.step ?? null,
    why,
    ladder,
  };
}
