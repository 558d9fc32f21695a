import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { applyStep, type ClusterModeMigration, clusterModeOf, type Plan } from '@bookedbarber/elasticache';
import { InvalidArgumentError } from 'commander';
import { writeFileAtomic } from '../env/write-atomically.ts';
import { costOfPlan } from '../plan/cost-of-plan.ts';
import { integerFrom } from '../plan/plan-options.ts';
import { refusedStep } from '../plan/refused-plan.ts';
import { type DeploymentForm, readDeploymentForm } from '../provision/deployment-file.ts';
import { readAwsMetrics } from '../shared/aws/read-metrics.ts';
import { type AddCommand, printJson, printLines, withExamples } from '../shared/command.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { UsageError } from '../shared/user-error.ts';
import { currentNode } from './built-node.ts';
import { checkAwsReadiness } from './query-aws.ts';
import { requestedStep, type StepOptions } from './requested-step.ts';
import {
  type AppliedStep,
  changesOf,
  formatAppliedStep,
  formatScalingState,
  optionsFor,
} from './scale-lines.ts';
import {
  type ScalingOptions,
  scalingOptionsFromReadings,
  scalingOptionsOf,
} from './scaling-steps-of-plan.ts';

type Options = StepOptions & { jobs?: boolean; aws?: boolean; dryRun?: boolean; json?: boolean };

export const addScale: AddCommand = (parent, context) => {
  const command = parent
    .command('scale')
    .argument('<deployment>', 'the file with the plan, as `provision` takes it')
    .summary('take a planned cache one step along the ladder')
    .description(
      'Shows where a plan stands on the ladder of ElastiCache, what comes next, what it costs and what is in the way. With ' +
        'a step it changes the plan in the file, when the plan stays one that may be built. It changes nothing on AWS: ' +
        '`provision` carries it out.',
    )
    .option('--up', 'to the next larger node')
    .option('--down', 'to the next smaller node')
    .option('--node <type>', 'to this node, such as r7g.large')
    .option('--replicas <n>', 'so many replicas of the primary', integerFrom(0, 5))
    .option('--cluster-mode <mode>', 'compatible, and in a run of its own enabled', parseMode)
    .option('--shards <n>', 'so many shards, in cluster mode', integerFrom(1, 500))
    .option('--jobs', 'the group of the jobs instead of the cache')
    .option('--aws', 'ask AWS what is due, whether the group is ready, and whether a smaller node would do')
    .option('--dry-run', 'show the step and leave the file as it is')
    .option('--json', 'print one JSON document instead of text')
    .action((file: string, options: Options) => scale(file, options, context));
  withExamples(command, [
    'bookedbarber scale deployment.json',
    'bookedbarber scale deployment.json --up',
    'bookedbarber scale deployment.json --down --aws --dry-run',
    'bookedbarber scale deployment.json --cluster-mode compatible',
  ]);
};

async function scale(file: string, options: Options, context: CommandContext): Promise<void> {
  const path = resolve(context.workingFolder, file);
  const deployment = readDeploymentForm(path);
  const plan = planOf(deployment, options);
  const step = requestedStep(options, plan);
  if (step === null) {
    await showScalingState(plan, file, options, context);
    return;
  }
  const { plan: after, errors } = applyStep(plan, step);
  if (after === null) throw refusedStep(errors);
  const answer = options.aws === true ? await checkAwsReadiness(plan, step, context.nowMs()) : null;
  const saved = options.dryRun !== true;
  if (saved) await save(path, deployment, { [options.jobs === true ? 'jobsPlan' : 'plan']: after });
  tell({ before: plan, after, step, file, saved, answer }, options, context);
}

function planOf({ plan, jobsPlan }: DeploymentForm, { jobs }: Options): Plan {
  if (jobs !== true) return plan;
  if (jobsPlan !== null) return jobsPlan;
  throw new UsageError('The deployment has no group of its own for jobs.', {
    remediation: 'Leave --jobs out: jobs share the group of the cache.',
  });
}

/** A deployment holds no secret: it keeps the mode that it has. */
async function save(path: string, { fields }: DeploymentForm, change: Record<string, Plan>): Promise<void> {
  const text = `${JSON.stringify({ ...fields, ...change }, null, 2)}\n`;
  await writeFileAtomic(path, text, statSync(path).mode & 0o777);
}

async function showScalingState(
  plan: Plan,
  file: string,
  options: Options,
  context: CommandContext,
): Promise<void> {
  const scalingState = await standingOf(plan, options, context);
  if (options.json !== true) {
    const paint = paintFor(context.stdout, context.environment);
    printLines(context, formatScalingState(plan, file, scalingState, paint));
    return;
  }
  const { ladder, next, why } = scalingState;
  const command = next === null ? null : optionsFor(next, plan);
  printJson(context, {
    group: plan.name,
    now: inJson(plan),
    next: next?.step ?? null,
    options: command,
    why,
    ladder,
  });
}

async function standingOf(plan: Plan, { aws }: Options, { nowMs }: CommandContext): Promise<ScalingOptions> {
  if (aws !== true) return scalingOptionsOf(plan);
  const { state, readings } = await readAwsMetrics(plan, nowMs());
  currentNode(plan, state);
  return scalingOptionsFromReadings(plan, readings);
}

function tell(taken: AppliedStep, options: Options, context: CommandContext): void {
  const { before, after, step, saved, answer } = taken;
  if (options.json === true)
    printJson(context, {
      group: before.name,
      step,
      before: inJson(before),
      after: inJson(after),
      changes: changesOf(before, after),
      measured: answer?.measured ?? null,
      saved,
    });
  else printLines(context, formatAppliedStep(taken, paintFor(context.stdout, context.environment)));
}

function inJson(plan: Plan) {
  return {
    node_type: plan.nodeType,
    replicas_per_shard: plan.replicasPerShard,
    shards: plan.shards,
    cluster_mode: clusterModeOf(plan),
    monthly_cost_usd: costOfPlan(plan),
  };
}

function parseMode(text: string): ClusterModeMigration {
  if (text === 'compatible' || text === 'enabled') return text;
  throw new InvalidArgumentError('Write compatible or enabled. There is no way back to disabled.');
}
