import {
  type Dimension,
  findNodeType,
  inUnits,
  measuredOn,
  type NodeType,
  type Plan,
  type ScalingStep,
} from '@bookedbarber/elasticache';
import { type Group, groupOf } from '../shared/aws/group.ts';
import { peaksOf } from '../shared/aws/peaks.ts';
import { Failure } from '../shared/user-error.ts';
import { currentNode } from './built-node.ts';

/** What AWS has to say to a step. */
export type AwsReadiness = {
  readonly group: Group;
  /** How the peaks of two weeks would lie on a smaller node; null: the step is to no smaller one. */
  readonly measured: readonly Dimension[] | null;
};

/** Asks ElastiCache whether the group is ready for a step, and CloudWatch whether a smaller node bears it. Throws Failure. */
export async function checkAwsReadiness(plan: Plan, step: ScalingStep, nowMs: number): Promise<AwsReadiness> {
  const group = await groupOf(plan);
  if (group.status !== 'available')
    throw new Failure('group_busy', `The replication group ${plan.name} is ${group.status}.`, {
      remediation: 'Wait until `bookedbarber status --aws` says available, and repeat the command.',
    });
  if (step.kind === 'cluster_mode' && step.to === 'enabled' && group.clusterMode !== 'compatible')
    throw new Failure(
      'not_compatible_yet',
      `The replication group ${plan.name} is not in the mode compatible yet.`,
      {
        remediation: 'Provision the step before this one, and let every process speak the cluster protocol.',
      },
    );
  if (step.kind !== 'node') return { group, measured: null };
  const from = currentNode(plan, group.state);
  const to = findNodeType(step.nodeType);
  if (to === undefined || to.maxmemoryBytes >= from.maxmemoryBytes) return { group, measured: null };
  return { group, measured: await measured(plan, group, { from, to }, nowMs) };
}

async function measured(
  plan: Plan,
  { nodes }: Group,
  { from, to }: { from: NodeType; to: NodeType },
  nowMs: number,
): Promise<Dimension[]> {
  const peaks = await peaksOf(nodes, plan.region, nowMs);
  const reservedPercent = plan.parameters.reservedMemoryPercent;
  const found = measuredOn(peaks, { from, to, reservedPercent });
  const notMonitored = (['memory', 'cpu', 'network'] as const).filter(
    (name) => !found.some((dimension) => dimension.name === name),
  );
  if (notMonitored.length > 0)
    throw new Failure(
      'peaks_unknown',
      `CloudWatch has no values of ${notMonitored.join(', ')} in the last 14 days: nobody can say whether ${to.name} does.`,
      {
        remediation:
          'Let the group run for a day; or leave --aws out, and only the figures of the plan count.',
      },
    );
  const lacking = found.filter(({ fits }) => !fits);
  if (lacking.length > 0)
    throw new Failure('too_small_measured', `${to.name} does not bear what ${from.name} was seen to bear.`, {
      details: lacking.map(
        ({ name, need, allowed }) =>
          `${name}: ${inUnits(name, need)} at the most in 14 days; ${to.name} has ${inUnits(name, allowed ?? 0)} to give`,
      ),
      remediation: `Stay on ${from.name}.`,
    });
  return found;
}
