import type { ReplicationGroup } from '@aws-sdk/client-elasticache';
import {
  connectionsOfProcess,
  findNodeType,
  groupStateOfPlan,
  type Plan,
  type State,
} from '@bookedbarber/elasticache';
import { Failure } from '../user-error.ts';
import { nameOf, onAws } from './aws-failure.ts';
import { openElastiCache } from './clients.ts';

/** A replication group as ElastiCache describes it. */
export type Group = {
  /** The deployed state; its client figures, which AWS does not know, come from the plan. */
  readonly state: State;
  /** For example "available" or "modifying". */
  readonly status: string;
  /** "disabled", "compatible" or "enabled"; null when AWS does not report it. */
  readonly clusterMode: string | null;
  /** host:port for Redis Cluster clients; null when the group has none. */
  readonly configurationEndpoint: string | null;
  /** CacheClusterIds of its nodes. */
  readonly nodes: readonly string[];
};

/** Describes the replication group of a plan. Throws Failure when it does not exist or AWS fails. */
export async function groupOf(plan: Plan): Promise<Group> {
  const found = await findGroup(plan);
  if (found === null)
    throw new Failure('group_missing', `There is no replication group ${plan.name} in ${plan.region}.`, {
      remediation: 'Create it first, or check that the plan, AWS_PROFILE and the region belong together.',
    });
  return {
    state: stateOf(found, plan),
    status: found.Status ?? 'unknown',
    clusterMode: found.ClusterMode ?? null,
    configurationEndpoint: endpointOf(found),
    nodes: [...(found.MemberClusters ?? [])].sort(),
  };
}

function endpointOf({ ConfigurationEndpoint: endpoint }: ReplicationGroup): string | null {
  return endpoint?.Address === undefined ? null : `${endpoint.Address}:${endpoint.Port ?? 6379}`;
}

/** The replication group of a plan as AWS describes it, or null when it does not exist. Throws Failure. */
export function findGroup(plan: Plan): Promise<ReplicationGroup | null> {
  return onAws(`Describing the replication group ${plan.name} (elasticache:DescribeReplicationGroups)`, () =>
    describe(plan),
  );
}

async function describe(plan: Plan): Promise<ReplicationGroup | null> {
  const client = await openElastiCache(plan.region);
  try {
    const response = await client.describeReplicationGroups({ ReplicationGroupId: plan.name });
    return response.ReplicationGroups?.[0] ?? null;
  } catch (error) {
    if (nameOf(error).startsWith('ReplicationGroupNotFound')) return null;
    throw error;
  }
}

function stateOf(found: ReplicationGroup, plan: Plan): State {
  const shards = Math.max(1, found.NodeGroups?.length ?? 1);
  const members = found.MemberClusters?.length ?? shards;
  const clusterMode = found.ClusterEnabled ?? plan.clusterMode;
  const planned = groupStateOfPlan(plan, connectionsOfProcess({ clusterMode, shards }, 'worker'));
  return {
    ...planned,
    node: findNodeType(found.CacheNodeType ?? plan.nodeType) ?? null,
    engine: found.Engine === 'redis' || found.Engine === 'valkey' ? found.Engine : planned.engine,
    clusterMode,
    shards,
    // Shards may have different numbers of replicas. Rounding up keeps every node monitored.
    replicasPerShard: Math.max(0, Math.ceil(members / shards) - 1),
    multiAz: found.MultiAZ === 'enabled',
  };
}
