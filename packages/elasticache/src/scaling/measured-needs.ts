import type { NodeType } from '../facts/node-types.ts';
import { usableBytes } from '../facts/node-types.ts';
import { compareNeeds, type Dimension, type Needs } from '../sizing/fit.ts';
import { defaultThresholds, type Thresholds } from '../thresholds/thresholds.ts';

/** Peak values of the busiest node of a group, by CloudWatch metric. Null if there are no values. */
export type Peaks = {
  readonly DatabaseMemoryUsagePercentage: number | null;
  readonly CPUUtilization: number | null;
  /** Of the thread that runs commands. Used on nodes of four vCPUs or more. */
  readonly EngineCPUUtilization: number | null;
  /** Bytes in the busiest minute. */
  readonly NetworkBytesIn: number | null;
  readonly NetworkBytesOut: number | null;
};

/**
 * Compares the measured peaks of one node type with the capacity of another, up to the first alarm threshold. No
 * headroom is added, since the values are peaks. Dimensions without values are omitted.
 */
export function measuredOn(
  peaks: Peaks,
  { from, to, reservedPercent }: { from: NodeType; to: NodeType; reservedPercent: number },
  thresholds: Thresholds = defaultThresholds,
): Dimension[] {
  const { DatabaseMemoryUsagePercentage: memory, NetworkBytesIn: bytesIn, NetworkBytesOut: bytesOut } = peaks;
  const cores = coresOf(peaks, from);
  const needs: Needs = {
    ...(memory === null ? {} : { memory: (memory / 100) * usableBytes(from, reservedPercent) }),
    ...(cores === null ? {} : { cpu: cores }),
    ...(bytesIn === null || bytesOut === null ? {} : { network: (Math.max(bytesIn, bytesOut) * 8) / 60 }),
  };
  return compareNeeds(needs, to, { reservedPercent, thresholds });
}

/** On small nodes, CPU is measured as the utilization of the host, over all its vCPUs. */
function coresOf({ CPUUtilization: host, EngineCPUUtilization: engine }: Peaks, { vcpus }: NodeType) {
  if (vcpus > 2 && engine !== null) return engine / 100;
  return host === null ? null : (host / 100) * vcpus;
}
