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

/** The step that the options name, or null for none. Throws UsageError for several, Failure at an end of the ladder. */
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
    throw new UsageError('ElastiCache changes one thing of a group at a time.', {
      remediation: 'Name one step, provision it, and come back for the next.',
    });
  return steps[0] ?? null;
}

function nodeOf({ nodeType }: Plan) {
  return findNodeType(nodeType) ?? null;
}

function toNode(nodeType: string | undefined, plan: Plan, which: 'larger' | 'smaller'): ScalingStep {
  if (nodeType !== undefined) return { kind: 'node', nodeType };
  throw new Failure('no_larger_node', `There is no ${which} node than ${plan.nodeType} on the ladder.`, {
    remediation:
      which === 'larger'
        ? 'Spread the data instead: `--cluster-mode compatible` is the first step.'
        : 'Keep it: what is below is not for production. --node names any other.',
  });
}
