import type { NodeType } from '../facts/node-types.ts';
import { usableBytes } from '../facts/node-types.ts';
import { asked, type Dimension, type Needs } from '../sizing/fit.ts';
import { defaultThresholds, type Thresholds } from '../thresholds/thresholds.ts';

/** The most that the busiest node of a group was seen to bear, by the names of CloudWatch. Null: no values. */
export type Peaks = {
  readonly DatabaseMemoryUsagePercentage: number | null;
  readonly CPUUtilization: number | null;
  /** Of the one thread that runs commands; what counts from four vCPUs on. */
  readonly EngineCPUUtilization: number | null;
  /** Bytes of the busiest minute. */
  readonly NetworkBytesIn: number | null;
  readonly NetworkBytesOut: number | null;
};

/**
 * How what was measured on one kind of node would lie on another: used up to where the first alarm speaks, no further
 * head-room, since peaks are in it. What was not measured is not in the answer.
 */
export function measuredOn(
  peaks: Peaks,
  { from, to, reservedPercent }: { from: NodeType; to: NodeType; reservedPercent: number },
  thresholds: Thresholds = defaultThresholds,
): Dimension[] {
  const { DatabaseMemoryUsagePercentage: memory, NetworkBytesIn: into, NetworkBytesOut: out } = peaks;
  const cores = coresOf(peaks, from);
  const needs: Needs = {
    ...(memory === null ? {} : { memory: (memory / 100) * usableBytes(from, reservedPercent) }),
    ...(cores === null ? {} : { cpu: cores }),
    ...(into === null || out === null ? {} : { network: (Math.max(into, out) * 8) / 60 }),
  };
  return asked(needs, to, { reservedPercent, thresholds });
}

/** Of small nodes the host is what is watched: all of its vCPUs together. */
function coresOf({ CPUUtilization: host, EngineCPUUtilization: engine }: Peaks, { vcpus }: NodeType) {
  if (vcpus > 2 && engine !== null) return engine / 100;
  return host === null ? null : (host / 100) * vcpus;
}
