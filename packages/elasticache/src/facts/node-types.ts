import { priceList, type Source, userGuide } from './sources.ts';

export type NodeFamily = 't4g' | 'r6g' | 'r7g' | 'r6gd' | 'unknown';

/** A node type. Memory is `maxmemory` before any reservation; bandwidth is the sustained baseline, not the burst. */
export type NodeType = {
  readonly name: string;
  readonly family: NodeFamily;
  readonly vcpus: number;
  readonly maxmemoryBytes: number;
  /** Bits per second; null if the source does not publish it. */
  readonly baselineBitsPerSecond: number | null;
  /** Null for node types without CPU credits. */
  readonly burst: { readonly baselinePercentPerVcpu: number; readonly maxCredits: number } | null;
  readonly dataTiering: boolean;
  readonly source: Source;
};

/** A burstable node: `percent` is its baseline per vCPU, `credits` the maximum credit balance. */
function t4g(
  size: string,
  maxmemoryBytes: number,
  gigabits: number,
  percent: number,
  credits: number,
): NodeType {
  return {
    name: `cache.t4g.${size}`,
    family: 't4g',
    vcpus: 2,
    maxmemoryBytes,
    baselineBitsPerSecond: gigabits * 1e9,
    burst: { baselinePercentPerVcpu: percent, maxCredits: credits },
    dataTiering: false,
    source: userGuide,
  };
}

function memoryNode(
  family: 'r6g' | 'r7g' | 'r6gd',
  size: string,
  vcpus: number,
  maxmemoryBytes: number,
  gigabits: number | null,
  source: Source = userGuide,
): NodeType {
  return {
    name: `cache.${family}.${size}`,
    family,
    vcpus,
    maxmemoryBytes,
    baselineBitsPerSecond: gigabits === null ? null : gigabits * 1e9,
    burst: null,
    dataTiering: family === 'r6gd',
    source,
  };
}

/** From small to large within each family. There is no cache.t4g.large: T4g ends with medium. */
export const nodeTypes: readonly NodeType[] = [
  t4g('micro', 536_870_912, 0.064, 10, 288),
  t4g('small', 1_471_026_299, 0.128, 20, 576),
  t4g('medium', 3_317_862_236, 0.256, 20, 576),
  memoryNode('r6g', 'large', 2, 14_037_181_030, 0.75),
  memoryNode('r6g', 'xlarge', 4, 28_261_849_702, 1.25),
  memoryNode('r6g', '2xlarge', 8, 56_711_183_565, 2.5),
  memoryNode('r6g', '4xlarge', 16, 113_609_865_216, 5),
  memoryNode('r6g', '8xlarge', 32, 225_000_375_228, 12),
  memoryNode('r6g', '12xlarge', 48, 341_206_346_547, 20),
  memoryNode('r6g', '16xlarge', 64, 450_000_750_456, 25),
  memoryNode('r7g', 'large', 2, 14_037_181_030, null, priceList),
  memoryNode('r6gd', 'xlarge', 4, 28_261_849_702, 1.25),
  memoryNode('r6gd', '2xlarge', 8, 56_711_183_565, 2.5),
];

export function findNodeType(name: string): NodeType | undefined {
  return nodeTypes.find((node) => node.name === name);
}

/** The recommended node types, from small to large. */
export const nodeTypesBySize: readonly string[] = [
  'cache.t4g.small',
  'cache.t4g.medium',
  'cache.r6g.large',
  'cache.r6g.xlarge',
  'cache.r6g.2xlarge',
  'cache.r6g.4xlarge',
];

/** Memory available for data: ElastiCache reserves a share for backups, replication and buffers. */
export function usableBytes(node: NodeType, reservedPercent: number): number {
  return Math.floor(node.maxmemoryBytes * (1 - reservedPercent / 100));
}

/** Sustained CPU as a share of one core. Redis runs commands on one core regardless of the number of vCPUs. */
export function sustainedCores(node: NodeType): number {
  return node.burst === null ? 1 : Math.min(1, (node.vcpus * node.burst.baselinePercentPerVcpu) / 100);
}
