import type { ServerStatus } from '@bookedbarber/contract';
import {
  connectionsOfProcess,
  type Engine,
  findNodeType,
  groupStateOfPlan,
  nodeByMaxmemory,
  nodeTypes,
  type Plan,
  type Readings,
  type State,
} from '@bookedbarber/elasticache';
import { nodeName } from '../plan/plan-options.ts';
import { UsageError } from '../shared/user-error.ts';

/** Facts about the nodes that a server does not report. */
export type NodeOptions = {
  node?: string;
  engine?: Engine;
  replicas?: number;
  region?: string;
  maxConnections?: number;
};

/** The Redis metrics that the server reports, by their CloudWatch names. */
export function readingsFrom({ redis, cache }: ServerStatus): Readings {
  const { used_memory_bytes: used, max_memory_bytes: most, clients, evicted_keys: evicted } = redis;
  return {
    ...(used === null || most === null || most === 0
      ? {}
      : { DatabaseMemoryUsagePercentage: (100 * used) / most }),
    ...(clients === null ? {} : { CurrConnections: clients }),
    ...(evicted === null ? {} : { Evictions: evicted }),
    ...(cache.lookups === 0
      ? {}
      : { CacheHitRate: (100 * cache.hits) / cache.lookups, lookups: cache.lookups }),
  };
}

/** The state of the deployment: from the plan, else from the options, else the node type from its maxmemory. */
export function stateFrom(status: ServerStatus, plan: Plan | undefined, given: NodeOptions): State {
  const held = connectionsOfProcess({ clusterMode: false, shards: 1 }, 'worker');
  if (plan !== undefined) return groupStateOfPlan(plan, held);
  const { max_memory_bytes: most } = status.redis;
  const budget = given.maxConnections ?? 50;
  return {
    group: 'bookedbarber',
    region: given.region ?? 'us-east-1',
    node: given.node === undefined ? nodeByMaxmemory(most ?? 0, nodeTypes) : nodeTypeOf(given.node),
    engine: given.engine ?? null,
    engineVersion: null,
    clusterMode: false,
    shards: 1,
    replicasPerShard: given.replicas ?? null,
    multiAz: (given.replicas ?? 0) > 0,
    database: null,
    connectionsAllowed: budget * status.processes,
    connectionBudget: budget,
    connectionsOfProcess: held,
    secondaryRegions: [],
  };
}

function nodeTypeOf(text: string) {
  const node = findNodeType(nodeName(text));
  if (node !== undefined) return node;
  throw new UsageError(`${nodeName(text)} is not a known node type.`, {
    remediation: `Use one of ${nodeTypes.map(({ name }) => name).join(', ')}.`,
  });
}
