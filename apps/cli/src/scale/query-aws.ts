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
import { currentNode } from './current-node.ts';

/** What AWS reports about a step. */
export type AwsReadiness = {
  readonly group: Group;
  /** The peaks of the last 14 days relative to the smaller node; null unless the step changes to a smaller node. */
  readonly measured: readonly Dimension[] | null;
};

/** Checks in ElastiCache that a group is ready for a step, and in CloudWatch that a smaller node fits. Throws Failure. */
export async function checkAwsReadiness(plan: Plan, step: ScalingStep, nowMs: number): Promise<AwsReadiness> {
  const group = await groupOf(plan);
  if (group.status !== 'available')
    throw new Failure('group_busy', `The replication group ${plan.name} is ${group.status}.`, {
      remediation: 'Wait until `bookedbarber status --aws` shows available, and repeat the command.',
    });
  if (step.kind === 'cluster_mode' && step.to === 'enabled' && group.clusterMode !== 'compatible')
    throw new Failure(
      'not_compatible_yet',
      `The cluster mode of the replication group ${plan.name} is not yet compatible.`,
      {
        remediation: 'Provision the previous step first, and set REDIS_CLUSTER=true for every process.',
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
      `CloudWatch has no values for ${notMonitored.join(', ')} in the last 14 days, so the fit of ${to.name} is unknown.`,
      {
        remediation: 'Let the group run for a day, or remove --aws to check only the figures of the plan.',
      },
    );
  const lacking = found.filter(({ fits }) => !fits);
  if (lacking.length > 0)
    throw new Failure(
      'too_small_measured',
      `${to.name} has too little capacity for the measured load of ${from.name}.`,
      {
        details: lacking.map(
          ({ name, need, allowed }) =>
            `${name}: maximum ${inUnits(name, need)} in 14 days; ${to.name} allows ${inUnits(name, allowed ?? 0)}`,
        ),
        remediation: `Keep ${from.name}.`,
      },
    );
  return found;
}
