import { connectionsPerNode, reservedMemoryPercent } from '../facts/limits.ts';
import { type NodeType, sustainedCores, usableBytes } from '../facts/node-types.ts';
import { defaultThresholds, type Thresholds } from '../thresholds/thresholds.ts';
import { assumptions } from './assumptions.ts';
import type { Load } from './load.ts';

/** A resource of a node compared with the need for it. `share` is `need` divided by `allowed`. */
export type Dimension = {
  readonly name: 'memory' | 'cpu' | 'network' | 'connections';
  readonly need: number;
  /** Capacity up to the first alarm threshold; null if unknown for this node type. */
  readonly allowed: number | null;
  readonly share: number;
  readonly fits: boolean;
};

/**
 * Compares a load, including headroom, with the capacity of one primary: memory and CPU up to the first alarm
 * threshold, network up to the sustained baseline. Replicas do not count, because the cache reads only from
 * primaries.
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
  return compareNeeds(
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

/** Needs of one primary: bytes, cores, bits per second, connections. Omitted dimensions are not compared. */
export type Needs = Partial<Record<Dimension['name'], number>>;

/** Compares needs with the capacity of a node up to the first alarm threshold. */
export function compareNeeds(
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
