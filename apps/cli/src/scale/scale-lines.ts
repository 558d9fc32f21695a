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

/** Options of `scale` that take a rung; null: `scale` does not take it. */
export function optionsFor(rung: ScalingAdvice, plan: Plan): string | null {
  if (rung.step === 'multi_az') return '--replicas 1';
  if (rung.step === 'vertical') return rung.to === null ? null : `--node ${rung.to}`;
  if (rung.step !== 'cluster_mode') return null;
  const mode = clusterModeOf(plan);
  if (mode === 'enabled') return `--shards ${plan.shards + 1}`;
  return `--cluster-mode ${mode === 'disabled' ? 'compatible' : 'enabled'}`;
}

/** Where a plan stands, what comes next on the ladder, what it costs and what is in the way. */
export function formatScalingState(
  plan: Plan,
  file: string,
  { ladder, next, why }: ScalingOptions,
  paint: Paint,
): string[] {
  const options = next === null ? null : optionsFor(next, plan);
  return [
    `${paint.heading(plan.name)} in ${file}`,
    `  ${nodesOf(stateOf(plan))}, cluster mode ${clusterModeOf(plan)}`,
    `  a month: ${dollars(costOfPlan(plan))}`,
    '',
    `${paint.heading('The ladder')}  ${paint.quiet('✓ done or given, ✗ in the way, ? not known from here')}`,
    ...ladder.flatMap((rung) => scalingStepLines(rung, paint)),
    '',
    ...(next === null
      ? [paint.good(`No step is due: ${why}.`)]
      : wrap(`${next.title}: ${why}.`, '', 100).map((line) => paint.warning(line))),
    ...(options === null ? [] : [`Take it with: bookedbarber scale ${file} ${options}`]),
  ];
}

const fields = {
  nodeType: 'node',
  replicasPerShard: 'replicas of each primary',
  multiAz: 'Multi-AZ',
  shards: 'shards',
} as const satisfies Partial<Record<keyof Plan, string>>;

/** What a step changes in a plan: names with what was and what is. */
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
  answer: AwsReadiness | null;
};

export function formatAppliedStep(
  { before, after, step, file, saved, answer }: AppliedStep,
  paint: Paint,
): string[] {
  const [was, is] = [costOfPlan(before), costOfPlan(after)];
  const more = was === null || is === null ? null : is - was;
  return [
    paint.heading(before.name),
    ...changesOf(before, after).map(({ what, from, to }) => `  ${what}: ${from} → ${paint.good(to)}`),
    `  a month: ${dollars(was)} → ${dollars(is)} (${dollarsMore(more)})`,
    ...(answer?.measured ?? []).map((dimension) => `  ${measuredLine(dimension)}`),
    ...wrap(`Beware: ${caveatFor(step)}`, '  ', 100).map((line) => paint.warning(line)),
    '',
    saved ? paint.good(`Saved in ${file}; nothing was changed on AWS.`) : `${file} was left as it is.`,
    ...nextLines(step, file, answer),
  ];
}

function measuredLine({ name, need, allowed }: Dimension): string {
  const room = allowed === null ? 'an unknown amount' : inUnits(name, allowed);
  return `${name}: ${inUnits(name, need)} at the most in 14 days, of ${room}`;
}

function caveatFor(step: ScalingStep): string {
  if (step.kind === 'node')
    return 'the primary changes; connections drop for seconds, and the cache counts as new until it is loaded again.';
  if (step.kind === 'replicas')
    return step.replicas === 0
      ? 'one lost node then loses the cache, the counts of limits and what is queued.'
      : 'a replica adds availability and no capacity.';
  if (step.kind === 'shards')
    return 'slots move while it runs: a shop that is on its way misses the cache for a moment. Every process connects to every shard.';
  return step.to === 'compatible'
    ? 'nothing else of the group can be changed until cluster mode is enabled.'
    : 'it cannot be undone, and the endpoint becomes another one.';
}

function nextLines(step: ScalingStep, file: string, answer: AwsReadiness | null): string[] {
  const provision = `Next: \`bookedbarber provision ${file}\` shows what that changes, and carries it out.`;
  if (step.kind !== 'cluster_mode') return [provision];
  const endpoint = answer?.group.configurationEndpoint ?? 'CONFIGURATION_ENDPOINT:6379';
  return step.to === 'compatible'
    ? [
        provision,
        'Then let every process speak the cluster protocol: `bookedbarber env --set REDIS_CLUSTER=true`, and start it again.',
        `Then: \`bookedbarber scale ${file} --cluster-mode enabled --aws\`.`,
      ]
    : [provision, `Then give processes its endpoint: \`bookedbarber env --redis ${endpoint}\`.`];
}
