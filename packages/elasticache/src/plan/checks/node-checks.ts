import { nodesPerCluster, replicasPerShard } from '../../facts/limits.ts';
import { findNodeType, nodeTypes, nodeTypesBySize } from '../../facts/node-types.ts';
import type { Check, PlanError } from '../plan.ts';

/** Kind and number of nodes. */
export const nodeChecks: Check = function* (plan) {
  yield* nodeType(plan.nodeType);
  const node = findNodeType(plan.nodeType);
  if (plan.dataTiering && node?.dataTiering !== true)
    yield {
      code: 'data_tiering_unsupported',
      path: 'dataTiering',
      message: `${plan.nodeType} has no disk to tier to: data tiering is for the r6gd family.`,
      remediation: 'Set dataTiering to false, or choose a cache.r6gd node.',
    };
  if (!plan.dataTiering && node?.dataTiering === true)
    yield {
      code: 'data_tiering_required',
      path: 'dataTiering',
      message: `${plan.nodeType} always tiers its data between memory and disk.`,
      remediation: 'Set dataTiering to true, or choose a node of the r6g or r7g family.',
    };
  if (plan.multiAz && plan.replicasPerShard === 0)
    yield {
      code: 'multi_az_one_node',
      path: 'replicasPerShard',
      message: 'Multi-AZ wants somebody to fail over to, and the plan has one node a shard.',
      remediation: 'Set replicasPerShard to 1 or more, which doubles the price, or multiAz to false.',
    };
  if (plan.multiAz && plan.replicasPerShard > 0 && !plan.automaticFailover)
    yield {
      code: 'multi_az_without_failover',
      path: 'automaticFailover',
      message: 'Multi-AZ without automatic failover is refused by ElastiCache.',
      remediation: 'Set automaticFailover to true.',
    };
  if (plan.automaticFailover && !plan.multiAz && plan.replicasPerShard === 0)
    yield {
      code: 'failover_one_node',
      path: 'replicasPerShard',
      message: 'Automatic failover wants a replica in every shard.',
      remediation: 'Set replicasPerShard to 1 or more, or automaticFailover to false.',
    };
  if (plan.replicasPerShard > 0 && !plan.multiAz)
    yield {
      code: 'replicas_in_one_zone',
      path: 'multiAz',
      message: 'Replicas are paid for, but nothing places them in another availability zone.',
      remediation: 'Set multiAz and automaticFailover to true.',
    };
  if (plan.replicasPerShard > replicasPerShard.value)
    yield {
      code: 'too_many_replicas',
      path: 'replicasPerShard',
      message: `A shard has at most ${replicasPerShard.value} replicas.`,
      remediation:
        'One is enough: replicas add availability and no capacity, since the cache reads primaries only.',
    };
  if (!plan.clusterMode && plan.shards !== 1)
    yield {
      code: 'shards_without_cluster_mode',
      path: 'shards',
      message: `${plan.shards} shards want cluster mode.`,
      remediation: 'Set shards to 1, or clusterMode to true.',
    };
  if (plan.shards * (plan.replicasPerShard + 1) > nodesPerCluster.value)
    yield {
      code: 'too_many_nodes',
      path: 'shards',
      message: `A cluster has at most ${nodesPerCluster.value} nodes unless the account's quota is raised.`,
      remediation: 'Take fewer shards of a larger node.',
    };
};

function* nodeType(name: string): Generator<PlanError> {
  if (findNodeType(name) !== undefined) return;
  const family = /^cache\.([a-z0-9]+)\./.exec(name)?.[1];
  const relatives = nodeTypes.filter((node) => node.family === family).map((node) => node.name);
  yield {
    code: 'node_type_unknown',
    path: 'nodeType',
    message:
      relatives.length === 0
        ? `${name} is not a node type that is known here.`
        : `There is no ${name}. The ${family} family has ${relatives.join(', ')}.`,
    remediation: `Choose from the ladder: ${nodeTypesBySize.join(', ')}.`,
  };
}
