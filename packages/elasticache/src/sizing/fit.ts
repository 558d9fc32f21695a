import { connectionsPerNode, reservedMemoryPercent } from '../facts/limits.ts';
import { type NodeType, sustainedCores, usableBytes } from '../facts/node-types.ts';
import { shippedThresholds, type Thresholds } from '../thresholds/thresholds.ts';
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
  thresholds: Thresholds = shippedThresholds,
): Dimension[] {
  const { headRoom } = assumptions;
  const memory = usableBytes(node, reservedPercent) * (thresholds.memoryTicketPercent / 100);
  const core = node.vcpus <= 2 ? thresholds.corePercent : thresholds.engineTicketPercent;
  const cores = Math.min(core / 100, sustainedCores(node));
  return [
    dimension('memory', (load.memoryBytes * headRoom) / shards, memory),
    dimension('cpu', (load.cores * headRoom) / shards, cores),
    dimension('network', (load.bitsPerSecond * headRoom) / shards, node.baselineBitsPerSecond),
    dimension('connections', load.connections, connectionsPerNode.value),
  ];
}

function dimension(name: Dimension['name'], need: number, allowed: number | null): Dimension {
  const share = allowed === null ? 0 : need / allowed;
  return { name, need, allowed, share, fits: share <= 1 };
}

export function fits(all: readonly Dimension[]): boolean {
  return all.every((it) => it.fits);
}
