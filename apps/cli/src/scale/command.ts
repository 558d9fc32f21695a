import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { applyStep, type ClusterModeMigration, clusterModeOf, type Plan } from '@bookedbarber/elasticache';
import { InvalidArgumentError } from 'commander';
import { writeFileAtomic } from '../env/write-atomically.ts';
import { costOfPlan } from '../plan/cost-of-plan.ts';
import { invalidStep } from '../plan/invalid-plan.ts';
import { integerFrom } from '../plan/plan-options.ts';
import { type DeploymentForm, readDeploymentForm } from '../provision/deployment-file.ts';
import { readAwsMetrics } from '../shared/aws/read-metrics.ts';
import { type AddCommand, printJson, printLines, withExamples } from '../shared/command.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { UsageError } from '../shared/user-error.ts';
import { currentNode } from './current-node.ts';
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
    .argument('<deployment>', 'deployment file with the plan')
    .summary('scale a planned cache by one step')
    .description(
      'Shows the scaling steps of a plan, the next step, its cost and its unmet conditions. With an option for a step, ' +
        'changes the plan in the file if the changed plan is valid. Changes nothing on AWS: `provision` deploys the ' +
        'changed plan.',
    )
    .option('--up', 'change to the next larger node')
    .option('--down', 'change to the next smaller node')
    .option('--node <type>', 'change to this node type, such as r7g.large')
    .option('--replicas <n>', 'number of replicas of the primary', integerFrom(0, 5))
    .option('--cluster-mode <mode>', 'compatible, and then enabled in a separate run', parseMode)
    .option('--shards <n>', 'number of shards, in cluster mode', integerFrom(1, 500))
    .option('--jobs', 'use the replication group of the jobs instead of the cache')
    .option(
      '--aws',
      'use data from AWS: the due step, the state of the group, and whether a smaller node fits',
    )
    .option('--dry-run', 'show the step without changing the file')
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
  if (after === null) throw invalidStep(errors);
  const readiness = options.aws === true ? await checkAwsReadiness(plan, step, context.nowMs()) : null;
  const saved = options.dryRun !== true;
  if (saved) await save(path, deployment, { [options.jobs === true ? 'jobsPlan' : 'plan']: after });
  printStep({ before: plan, after, step, file, saved, readiness }, options, context);
}

function planOf({ plan, jobsPlan }: DeploymentForm, { jobs }: Options): Plan {
  if (jobs !== true) return plan;
  if (jobsPlan !== null) return jobsPlan;
  throw new UsageError('The deployment has no separate group for jobs.', {
    remediation: 'Remove --jobs: jobs share the group of the cache.',
  });
}

/** Saves the changed plan. A deployment contains no secret, so the file keeps its mode. */
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
  const scalingOptions = await readScalingOptions(plan, options, context);
  if (options.json !== true) {
    const paint = paintFor(context.stdout, context.environment);
    printLines(context, formatScalingState(plan, file, scalingOptions, paint));
    return;
  }
  const { steps, next, reason } = scalingOptions;
  const command = next === null ? null : optionsFor(next, plan);
  printJson(context, {
    group: plan.name,
    now: inJson(plan),
    next: next?.step ?? null,
    options: command,
    why: reason,
    steps,
  });
}

async function readScalingOptions(
  plan: Plan,
  { aws }: Options,
  { nowMs }: CommandContext,
): Promise<ScalingOptions> {
  if (aws !== true) return scalingOptionsOf(plan);
  const { state, readings } = await readAwsMetrics(plan, nowMs());
  currentNode(plan, state);
  return scalingOptionsFromReadings(plan, readings);
}

function printStep(applied: AppliedStep, options: Options, context: CommandContext): void {
  const { before, after, step, saved, readiness } = applied;
  if (options.json === true)
    printJson(context, {
      group: before.name,
      step,
      before: inJson(before),
      after: inJson(after),
      changes: changesOf(before, after),
      measured: readiness?.measured ?? null,
      saved,
    });
  else printLines(context, formatAppliedStep(applied, paintFor(context.stdout, context.environment)));
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
  throw new InvalidArgumentError('Use compatible or enabled. Cluster mode cannot be disabled again.');
}
