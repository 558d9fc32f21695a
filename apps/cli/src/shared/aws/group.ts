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

/** A replication group as ElastiCache has it. */
export type Group = {
  /** What is built, and from the plan what AWS does not know: the clients. */
  readonly state: State;
  /** Such as "available" or "modifying". */
  readonly status: string;
  /** "disabled", "compatible" or "enabled"; null: AWS does not say. */
  readonly clusterMode: string | null;
  /** host:port for clients that speak the protocol of clusters; null: there is none. */
  readonly configurationEndpoint: string | null;
  /** CacheClusterIds of its nodes. */
  readonly nodes: readonly string[];
};

/** Looks at the group of a plan. Throws Failure. */
export async function groupOf(plan: Plan): Promise<Group> {
  const found = await findGroup(plan);
  if (found === null)
    throw new Failure('group_missing', `There is no replication group ${plan.name} in ${plan.region}.`, {
      remediation: 'Build it first; or see whether plan, AWS_PROFILE and region belong together.',
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

/** The group of a plan as AWS tells of it, or null where there is none. Throws Failure. */
export function findGroup(plan: Plan): Promise<ReplicationGroup | null> {
  return onAws(`Looking at the replication group ${plan.name} (elasticache:DescribeReplicationGroups)`, () =>
    describe(plan),
  );
}

async function describe(plan: Plan): Promise<ReplicationGroup | null> {
  const client = await openElastiCache(plan.region);
  try {
    const said = await client.describeReplicationGroups({ ReplicationGroupId: plan.name });
    return said.ReplicationGroups?.[0] ?? null;
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
    // Shards of unequal size are possible; a node that one has more of is still watched.
    replicasPerShard: Math.max(0, Math.ceil(members / shards) - 1),
    multiAz: found.MultiAZ === 'enabled',
  };
}
