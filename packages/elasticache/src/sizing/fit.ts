import { connectionsPerNode, reservedMemoryPercent } from '../facts/limits.ts';
import { type NodeType, sustainedCores, usableBytes } from '../facts/node-types.ts';
import { defaultThresholds, type Thresholds } from '../thresholds/thresholds.ts';
import { assumptions } from './assumptions.ts';
import type { Load } from './load.ts';

/** One thing that a node gives, beside what is asked of it with head-room. `share`: of what may be used. */
export type Dimension = {
  readonly name: 'memory' | 'cpu' | 'network' | 'connections';
  readonly need: number;
  /** What may be used before an alarm speaks; null: not known of this node. */
  readonly allowed: number | null;
  readonly share: number;
  readonly fits: boolean;
};

/**
 * How a load with head-room lies on one primary. Memory and CPU may be used up to where the first alarm speaks, the
 * network up to what the node keeps up for good. Replicas are no part of it: the cache reads primaries only.
 */
export function dimensions(
  load: Load,
  node: NodeType,
  {
    shards = 1,
    reservedPercent = reservedMemoryPercent.value,
  }: { shards?: number; reservedPercent?: number } = {},
  thresholds: Thresholds = defaultThresholds,
): Dimension[] {
  const { headroom } = assumptions;
  return asked(
    {
      memory: (load.memoryBytes * headroom) / shards,
      cpu: (load.cores * headroom) / shards,
      network: (load.bitsPerSecond * headroom) / shards,
      connections: load.connections,
    },
    node,
    { reservedPercent, thresholds },
  );
}

/** Needs of one primary: bytes, cores, bits a second, connections. What is left out is not looked at. */
export type Needs = Partial<Record<Dimension['name'], number>>;

/** What is asked of a node beside what it may give before an alarm speaks. */
export function asked(
  needs: Needs,
  node: NodeType,
  { reservedPercent, thresholds }: { reservedPercent: number; thresholds: Thresholds },
): Dimension[] {
  const core = node.vcpus <= 2 ? thresholds.corePercent : thresholds.engineTicketPercent;
  const allowed: Record<Dimension['name'], number | null> = {
    memory: usableBytes(node, reservedPercent) * (thresholds.memoryTicketPercent / 100),
    cpu: Math.min(core / 100, sustainedCores(node)),
    network: node.baselineBitsPerSecond,
    connections: connectionsPerNode.value,
  };
  return (Object.keys(allowed) as Dimension['name'][]).flatMap((name) => {
    const need = needs[name];
    return need === undefined ? [] : [dimension(name, need, allowed[name])];
  });
}

function dimension(name: Dimension['name'], need: number, allowed: number | null): Dimension {
  const share = allowed === null ? 0 : need / allowed;
  return { name, need, allowed, share, fits: share <= 1 };
}

export function fits(all: readonly Dimension[]): boolean {
  return all.every((it) => it.fits);
}
