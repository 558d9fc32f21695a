import {
  clusterModeOf,
  type Dimension,
  inUnits,
  type Plan,
  type ScalingAdvice,
  type ScalingStep,
} from '@bookedbarber/elasticache';
import { nodesOf, scalingStepLines } from '../advise/advice-lines.ts';
import { costOfPlan } from '../plan/cost-of-plan.ts';
import { dollars, dollarsMore } from '../plan/dollars.ts';
import type { Paint } from '../shared/terminal/paint.ts';
import { wrap } from '../shared/terminal/words.ts';
import type { AwsReadiness } from './query-aws.ts';
import { type ScalingOptions, stateOf } from './scaling-steps-of-plan.ts';

/** The options of `scale` for a scaling step; null if `scale` cannot apply it. */
export function optionsFor({ step, to }: ScalingAdvice, plan: Plan): string | null {
  if (step === 'multi_az') return '--replicas 1';
  if (step === 'vertical') return to === null ? null : `--node ${to}`;
  if (step !== 'cluster_mode') return null;
  const mode = clusterModeOf(plan);
  if (mode === 'enabled') return `--shards ${plan.shards + 1}`;
  return `--cluster-mode ${mode === 'disabled' ? 'compatible' : 'enabled'}`;
}

/** The nodes of a plan, its scaling steps, and the next step with the command that applies it. */
export function formatScalingState(
  plan: Plan,
  file: string,
  { steps, next, reason }: ScalingOptions,
  paint: Paint,
): string[] {
  const options = next === null ? null : optionsFor(next, plan);
  return [
    `${paint.heading(plan.name)} in ${file}`,
    `  ${nodesOf(stateOf(plan))}, cluster mode ${clusterModeOf(plan)}`,
    `  monthly cost: ${dollars(costOfPlan(plan))}`,
    '',
    `${paint.heading('Scaling steps')}  ${paint.quiet('✓ done or met, ✗ not met, ? unknown')}`,
    ...steps.flatMap((step) => scalingStepLines(step, paint)),
    '',
    ...(next === null
      ? [paint.good(`No scaling step is needed: ${reason}.`)]
      : wrap(`${next.title}: ${reason}.`, '', 100).map((line) => paint.warning(line))),
    ...(options === null ? [] : [`To apply it: bookedbarber scale ${file} ${options}`]),
  ];
}

const fields = {
  nodeType: 'node',
  replicasPerShard: 'replicas of each primary',
  multiAz: 'Multi-AZ',
  shards: 'shards',
} as const satisfies Partial<Record<keyof Plan, string>>;

/** The plan fields that a step changes, with the values before and after. */
export function changesOf(before: Plan, after: Plan): { what: string; from: string; to: string }[] {
  const changed = (Object.keys(fields) as (keyof typeof fields)[]).flatMap((name) =>
    before[name] === after[name]
      ? []
      : [{ what: fields[name], from: String(before[name]), to: String(after[name]) }],
  );
  const [from, to] = [clusterModeOf(before), clusterModeOf(after)];
  return from === to ? changed : [...changed, { what: 'cluster mode', from, to }];
}

export type AppliedStep = {
  before: Plan;
  after: Plan;
  step: ScalingStep;
  file: string;
  saved: boolean;
  readiness: AwsReadiness | null;
};

export function formatAppliedStep(
  { before, after, step, file, saved, readiness }: AppliedStep,
  paint: Paint,
): string[] {
  const [costBefore, costAfter] = [costOfPlan(before), costOfPlan(after)];
  const difference = costBefore === null || costAfter === null ? null : costAfter - costBefore;
  return [
    paint.heading(before.name),
    ...changesOf(before, after).map(({ what, from, to }) => `  ${what}: ${from} → ${paint.good(to)}`),
    `  monthly cost: ${dollars(costBefore)} → ${dollars(costAfter)} (${dollarsMore(difference)})`,
    ...(readiness?.measured ?? []).map((dimension) => `  ${measuredLine(dimension)}`),
    ...wrap(`Note: ${caveatFor(step)}`, '  ', 100).map((line) => paint.warning(line)),
    '',
    saved ? paint.good(`Saved in ${file}; nothing was changed on AWS.`) : `${file} is unchanged.`,
    ...nextLines(step, file, readiness),
  ];
}

function measuredLine({ name, need, allowed }: Dimension): string {
  const limit = allowed === null ? 'an unknown limit' : inUnits(name, allowed);
  return `${name}: maximum ${inUnits(name, need)} in 14 days, of ${limit}`;
}

function caveatFor(step: ScalingStep): string {
  if (step.kind === 'node')
    return 'the primary changes. Connections drop for seconds, and the cache is cold until it is reloaded.';
  if (step.kind === 'replicas')
    return step.replicas === 0
      ? 'if the single node fails, the cache, the rate limit counters and the queued jobs are lost.'
      : 'a replica adds availability, not capacity.';
  if (step.kind === 'shards')
    return 'slots move while the change runs: shops in a moving slot briefly miss the cache. Every process connects to every shard.';
  return step.to === 'compatible'
    ? 'no other setting of the group can change until cluster mode is enabled.'
    : 'this cannot be undone, and the endpoint changes.';
}

function nextLines(step: ScalingStep, file: string, readiness: AwsReadiness | null): string[] {
  const provision = `Next: \`bookedbarber provision ${file}\` shows the changes and deploys them.`;
  if (step.kind !== 'cluster_mode') return [provision];
  const endpoint = readiness?.group.configurationEndpoint ?? 'CONFIGURATION_ENDPOINT:6379';
  return step.to === 'compatible'
    ? [
        provision,
        'Then make every process use the cluster protocol: run `bookedbarber env --set REDIS_CLUSTER=true`, and restart it.',
        `Then: \`bookedbarber scale ${file} --cluster-mode enabled --aws\`.`,
      ]
    : [provision, `Then set the new endpoint for all processes: \`bookedbarber env --redis ${endpoint}\`.`];
}
