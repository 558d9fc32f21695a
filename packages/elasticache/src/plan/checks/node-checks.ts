import { nodesPerCluster, replicasPerShard } from '../../facts/limits.ts';
import { findNodeType, nodeTypes, nodeTypesBySize } from '../../facts/node-types.ts';
import type { Check, PlanError } from '../plan.ts';

/** Checks the node type and the number of nodes. */
export const nodeChecks: Check = function* (plan) {
  yield* nodeType(plan.nodeType);
  const node = findNodeType(plan.nodeType);
  if (plan.dataTiering && node?.dataTiering !== true)
    yield {
      code: 'data_tiering_unsupported',
      path: 'dataTiering',
      message: `${plan.nodeType} does not support data tiering; only the r6gd family does.`,
      remediation: 'Set dataTiering to false, or choose a cache.r6gd node.',
    };
  if (!plan.dataTiering && node?.dataTiering === true)
    yield {
      code: 'data_tiering_required',
      path: 'dataTiering',
      message: `${plan.nodeType} always uses data tiering.`,
      remediation: 'Set dataTiering to true, or choose a node of the r6g or r7g family.',
    };
  if (plan.multiAz && plan.replicasPerShard === 0)
    yield {
      code: 'multi_az_one_node',
      path: 'replicasPerShard',
      message: 'Multi-AZ requires a replica in every shard, but the plan has one node per shard.',
      remediation: 'Set replicasPerShard to 1 or more (one replica doubles the price), or multiAz to false.',
    };
  if (plan.multiAz && plan.replicasPerShard > 0 && !plan.automaticFailover)
    yield {
      code: 'multi_az_without_failover',
      path: 'automaticFailover',
      message: 'Multi-AZ requires automatic failover.',
      remediation: 'Set automaticFailover to true.',
    };
  if (plan.automaticFailover && !plan.multiAz && plan.replicasPerShard === 0)
    yield {
      code: 'failover_one_node',
      path: 'replicasPerShard',
      message: 'Automatic failover requires a replica in every shard.',
      remediation: 'Set replicasPerShard to 1 or more, or automaticFailover to false.',
    };
  if (plan.replicasPerShard > 0 && !plan.multiAz)
    yield {
      code: 'replicas_in_one_zone',
      path: 'multiAz',
      message: 'The plan has replicas, but does not place them in another availability zone.',
      remediation: 'Set multiAz and automaticFailover to true.',
    };
  if (plan.replicasPerShard > replicasPerShard.value)
    yield {
      code: 'too_many_replicas',
      path: 'replicasPerShard',
      message: `A shard has at most ${replicasPerShard.value} replicas.`,
      remediation:
        'Use one replica: replicas add availability, not capacity, because the cache reads only from primaries.',
    };
  if (!plan.clusterMode && plan.shards !== 1)
    yield {
      code: 'shards_without_cluster_mode',
      path: 'shards',
      message: `${plan.shards} shards require cluster mode.`,
      remediation: 'Set shards to 1, or clusterMode to true.',
    };
  if (plan.shards * (plan.replicasPerShard + 1) > nodesPerCluster.value)
    yield {
      code: 'too_many_nodes',
      path: 'shards',
      message: `A cluster has at most ${nodesPerCluster.value} nodes unless AWS raises the quota of the account.`,
      remediation: 'Use fewer shards of a larger node type.',
    };
};

function* nodeType(name: string): Generator<PlanError> {
  if (findNodeType(name) !== undefined) return;
  const family = /^cache\.([a-z0-9]+)\./.exec(name)?.[1];
  const sameFamily = nodeTypes.filter((node) => node.family === family).map((node) => node.name);
  yield {
    code: 'node_type_unknown',
    path: 'nodeType',
    message:
      sameFamily.length === 0
        ? `${name} is not a supported node type.`
        : `The node type ${name} does not exist. The ${family} family has ${sameFamily.join(', ')}.`,
    remediation: `Choose a recommended node type: ${nodeTypesBySize.join(', ')}.`,
  };
}
