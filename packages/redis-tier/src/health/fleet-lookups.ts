import type { Cluster, Redis } from 'ioredis';

/** Lookups of a cache since its process started, and how many of them needed no load. */
export type Lookups = { hits: number; lookups: number };

/** The sum over the live processes, and their number. */
export type FleetLookups = Lookups & { processes: number };

/** A process without a report for this long counts as dead, in ms. */
const reportValidMs = 10_000;
/** Reports of dead processes are removed after this time, in ms. */
export const reportLifetimeMs: number = reportValidMs * 6;

/** Publishes this process's lookups in a hash with one field per process. The hash expires when no process reports. */
export async function writeLookups(
  redis: Redis | Cluster,
  key: string,
  process: string,
  { hits, lookups }: Lookups,
  nowMs: number,
): Promise<void> {
  await redis.hset(key, process, `${nowMs} ${hits} ${lookups}`);
  await redis.pexpire(key, reportLifetimeMs);
}

/** Sums the reports of the live processes. Ignores unreadable reports. */
export function sumOfFleet(reports: Readonly<Record<string, string>>, nowMs: number): FleetLookups {
  const sum = { hits: 0, lookups: 0, processes: 0 };
  for (const [, report] of currentReports(reports, nowMs)) {
    const [, hits = 0, lookups = 0] = report.split(' ').map(Number);
    sum.hits += hits;
    sum.lookups += lookups;
    sum.processes += 1;
  }
  return sum;
}

/** Reports of live processes, by process. A report begins with the time at which it was written. */
export function currentReports(reports: Readonly<Record<string, string>>, nowMs: number): [string, string][] {
  return Object.entries(reports).filter(([, report]) => ageMs(report, nowMs) <= reportValidMs);
}

/**
 * Processes whose reports can be removed, so that a long-lived fleet accumulates none. Unreadable reports stay: they
 * may come from a newer version.
 */
export function expiredProcesses(reports: Readonly<Record<string, string>>, nowMs: number): string[] {
  return Object.keys(reports).filter((process) => ageMs(reports[process] ?? '', nowMs) > reportLifetimeMs);
}

/** NaN for an unreadable report. */
function ageMs(report: string, nowMs: number): number {
  return Math.abs(nowMs - Number(report.split(' ', 1)[0] || Number.NaN));
}
