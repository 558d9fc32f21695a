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

/** What is said of the nodes; a server does not say it. */
export type SaidOfNodes = {
  node?: string;
  engine?: Engine;
  replicas?: number;
  region?: string;
  maxConnections?: number;
};

/** What the server says of its Redis, by the names of CloudWatch. */
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

/** Redis as it stands: as the plan has it, else as it is said, else as the memory of a node gives it away. */
export function stateFrom(status: ServerStatus, plan: Plan | undefined, said: SaidOfNodes): State {
  const held = connectionsOfProcess({ clusterMode: false, shards: 1 }, 'worker');
  if (plan !== undefined) return groupStateOfPlan(plan, held);
  const { max_memory_bytes: most } = status.redis;
  const budget = said.maxConnections ?? 50;
  return {
    group: 'bookedbarber',
    region: said.region ?? 'us-east-1',
    node: said.node === undefined ? nodeByMaxmemory(most ?? 0, nodeTypes) : named(said.node),
    engine: said.engine ?? null,
    engineVersion: null,
    clusterMode: false,
    shards: 1,
    replicasPerShard: said.replicas ?? null,
    multiAz: (said.replicas ?? 0) > 0,
    database: null,
    connectionsAllowed: budget * status.processes,
    connectionBudget: budget,
    connectionsOfProcess: held,
    secondaryRegions: [],
  };
}

function named(text: string) {
  const node = findNodeType(nodeName(text));
  if (node !== undefined) return node;
  throw new UsageError(`${nodeName(text)} is not a node type that is known here.`, {
    remediation: `Name one of ${nodeTypes.map(({ name }) => name).join(', ')}.`,
  });
}
