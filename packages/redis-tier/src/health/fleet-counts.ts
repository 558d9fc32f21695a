import type { Cluster, Redis } from 'ioredis';
import { currentReports } from './fleet-lookups.ts';

/** Counts of one process by name, such that the counts of several processes can be added. */
export type Counts = Readonly<Record<string, number>>;

/** The sum over the live processes, and their number. */
export type FleetCounts = { processes: number; counts: Counts };

/** Publishes this process's counts in a hash with one field per process. The hash expires when no process reports. */
export async function writeCounts(
  redis: Redis | Cluster,
  key: string,
  process: string,
  counts: Counts,
  nowMs: number,
  reportLifetimeMs: number,
): Promise<void> {
  await redis.hset(key, process, `${nowMs} ${JSON.stringify(counts)}`);
  await redis.pexpire(key, reportLifetimeMs);
}

/** Sums the current counts of this process and the last reports of the others. Ignores unreadable reports. */
export function sumOfCounts(
  reports: Readonly<Record<string, string>>,
  own: { process: string; counts: Counts },
  nowMs: number,
): FleetCounts {
  const sum: Record<string, number> = { ...own.counts };
  let processes = 1;
  for (const [process, report] of currentReports(reports, nowMs)) {
    const counts = process === own.process ? null : readCounts(report);
    if (counts === null) continue;
    processes += 1;
    for (const [name, value] of Object.entries(counts))
      if (typeof value === 'number' && Number.isFinite(value)) sum[name] = (sum[name] ?? 0) + value;
  }
  return { processes, counts: sum };
}

function readCounts(report: string): Record<string, unknown> | null {
  try {
    const counts: unknown = JSON.parse(report.slice(report.indexOf(' ') + 1));
    return typeof counts === 'object' && counts !== null && !Array.isArray(counts) ? { ...counts } : null;
  } catch {
    return null;
  }
}
