import type { Engine } from '../facts/engines.ts';
import { reservedMemoryPercent } from '../facts/limits.ts';
import { findNodeType, type NodeType, usableBytes } from '../facts/node-types.ts';
import { connectionsOfPlan } from '../plan/checks/client-checks.ts';
import type { Plan } from '../plan/plan.ts';
import type { WatchTarget } from '../thresholds/rule.ts';

/** The current state of a replication group. Null means unknown. */
export type GroupState = {
  readonly group: string;
  readonly region: string;
  readonly node: NodeType | null;
  readonly engine: Engine | null;
  readonly engineVersion: string | null;
  readonly clusterMode: boolean;
  readonly shards: number;
  readonly replicasPerShard: number | null;
  readonly multiAz: boolean;
  readonly database: number | null;
  /** REDIS_MAX_CONNECTIONS times the processes. */
  readonly connectionsAllowed: number;
  /** REDIS_MAX_CONNECTIONS of one process, and the connections that it opens. */
  readonly connectionBudget: number;
  readonly connectionsOfProcess: number;
  readonly secondaryRegions: readonly string[];
};

/** The state of a group that was built from a plan. */
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

/** What the rules evaluate. For an unknown node type, only the rules that apply to every node are evaluated. */
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

/** With three vCPUs, neither the rules for nodes of at most two nor those for nodes of at least four apply. */
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
 * The first candidate whose memory is within 1 % of the maxmemory that a server reports, with or without the reserved
 * quarter; null if there is none. r6g and r7g nodes of one size have the same memory and cannot be distinguished.
 */
export function nodeByMaxmemory(maxmemoryBytes: number, candidates: readonly NodeType[]): NodeType | null {
  const near = (bytes: number) => Math.abs(bytes - maxmemoryBytes) <= bytes / 100;
  return (
    candidates.find((node) => near(usableBytes(node, reservedMemoryPercent.value))) ??
    candidates.find((node) => near(node.maxmemoryBytes)) ??
    null
  );
}
