import type { Engine } from '../facts/engines.ts';
import { reservedMemoryPercent } from '../facts/limits.ts';
import { findNodeType, type NodeType, usableBytes } from '../facts/node-types.ts';
import { connectionsOfPlan } from '../plan/checks/client-checks.ts';
import type { Plan } from '../plan/plan.ts';
import type { WatchTarget } from '../thresholds/rule.ts';

/** Redis as it stands. Null: not known. */
export type GroupState = {
  readonly group: string;
  readonly region: string;
  readonly node: NodeType | null;
  readonly engine: Engine | null;
  readonly engineVersion: string | null;
  readonly clusterMode: boolean;
  readonly shards: number;
  /** Null: not known; advice then treats a single node as possible and says so. */
  readonly replicasPerShard: number | null;
  readonly multiAz: boolean;
  readonly database: number | null;
  /** REDIS_MAX_CONNECTIONS times the processes. */
  readonly connectionsAllowed: number;
  /** REDIS_MAX_CONNECTIONS, and what a process holds of it. */
  readonly connectionBudget: number;
  readonly connectionsOfProcess: number;
  readonly secondaryRegions: readonly string[];
};

/** A plan as it is built. */
export function groupStateOfPlan(plan: Plan, connectionsOfProcess: number): GroupState {
  return {
    group: plan.name,
    region: plan.region,
    node: findNodeType(plan.nodeType) ?? null,
    engine: plan.engine === 'redis' || plan.engine === 'valkey' ? plan.engine : null,
    engineVersion: plan.engineVersion,
    clusterMode: plan.clusterMode,
    shards: plan.shards,
    replicasPerShard: plan.replicasPerShard,
    multiAz: plan.multiAz,
    database: plan.clients.database,
    connectionsAllowed: Math.max(
      connectionsOfPlan(plan),
      plan.clients.connectionBudget * (plan.clients.apiProcesses + plan.clients.workerProcesses),
    ),
    connectionBudget: plan.clients.connectionBudget,
    connectionsOfProcess,
    secondaryRegions: plan.secondaryRegions,
  };
}

/** What the rules watch of it. Of a node that is not known only what holds for every node is judged. */
export function watchTargetOf(state: GroupState): WatchTarget {
  return {
    group: state.group,
    node: state.node ?? unknownNode,
    clusterMode: state.clusterMode,
    shards: state.shards,
    replicasPerShard: state.replicasPerShard ?? 0,
    connectionsAllowed: state.connectionsAllowed,
  };
}

/** Three vCPUs: neither the rule of small nodes nor that of large ones speaks. */
const unknownNode: NodeType = {
  name: 'unknown',
  family: 'unknown',
  vcpus: 3,
  maxmemoryBytes: 0,
  baselineBitsPerSecond: null,
  burst: null,
  dataTiering: false,
  source: { name: 'unknown', read: '' },
};

/**
 * The first of the candidates whose memory for data is what a server says of its maxmemory, within a hundredth; else null.
 * r6g and r7g of a size have the same memory, and cannot be told apart.
 */
export function nodeByMaxmemory(maxmemoryBytes: number, candidates: readonly NodeType[]): NodeType | null {
  const near = (bytes: number) => Math.abs(bytes - maxmemoryBytes) <= bytes / 100;
  return (
    candidates.find((node) => near(usableBytes(node, reservedMemoryPercent.value))) ??
    candidates.find((node) => near(node.maxmemoryBytes)) ??
    null
  );
}
