import {
  type ClusterModeMigration,
  findNodeType,
  nextNode,
  type Plan,
  previousNode,
  type ScalingStep,
} from '@bookedbarber/elasticache';
import { nodeName } from '../plan/plan-options.ts';
import { Failure, UsageError } from '../shared/user-error.ts';

export type StepOptions = {
  up?: boolean;
  down?: boolean;
  node?: string;
  replicas?: number;
  clusterMode?: ClusterModeMigration;
  shards?: number;
};

/** The step of the options, or null. Throws UsageError for several steps, Failure without a larger or smaller node. */
export function requestedStep(options: StepOptions, plan: Plan): ScalingStep | null {
  const { up, down, node, replicas, clusterMode, shards } = options;
  const steps: ScalingStep[] = [
    ...(up === true ? [toNode(nextNode({ node: nodeOf(plan) }), plan, 'larger')] : []),
    ...(down === true ? [toNode(previousNode({ node: nodeOf(plan) }), plan, 'smaller')] : []),
    ...(node === undefined ? [] : [{ kind: 'node' as const, nodeType: nodeName(node) }]),
    ...(replicas === undefined ? [] : [{ kind: 'replicas' as const, replicas }]),
    ...(clusterMode === undefined ? [] : [{ kind: 'cluster_mode' as const, to: clusterMode }]),
    ...(shards === undefined ? [] : [{ kind: 'shards' as const, shards }]),
  ];
  if (steps.length > 1)
    throw new UsageError('ElastiCache applies only one scaling step at a time.', {
      remediation: 'Give one step, provision it, and then run the next.',
    });
  return steps[0] ?? null;
}

function nodeOf({ nodeType }: Plan) {
  return findNodeType(nodeType) ?? null;
}

function toNode(nodeType: string | undefined, plan: Plan, direction: 'larger' | 'smaller'): ScalingStep {
  if (nodeType !== undefined) return { kind: 'node', nodeType };
  throw new Failure(
    'no_larger_node',
    `There is no ${direction} node type than ${plan.nodeType} to scale to.`,
    {
      remediation:
        direction === 'larger'
          ? 'Use cluster mode instead: `--cluster-mode compatible` is the first step.'
          : 'Keep this node: smaller ones are not for production. --node sets any other type.',
    },
  );
}
