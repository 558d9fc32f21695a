import type { Cluster, Redis } from 'ioredis';

/** Look-ups of a cache since its process started, and those of them that needed no load. */
export type Lookups = { hits: number; lookups: number };

/** The sum over the processes that live, and how many these are. */
export type FleetLookups = Lookups & { processes: number };

/** A process that has not reported for this long is gone, in ms. */
const reportValidMs = 10_000;
/** The reports of processes that are gone are removed after this time, in ms. */
export const reportLifetimeMs: number = reportValidMs * 6;

/** Tells the fleet of this process's look-ups: one field a process, forgotten by all when nobody reports any more. */
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

/** The sum over the processes that live. A report that cannot be read counts as none. */
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

/** Reports, by process, of those that live. A report begins with the moment that it was written at. */
export function currentReports(reports: Readonly<Record<string, string>>, nowMs: number): [string, string][] {
  return Object.entries(reports).filter(([, report]) => ageMs(report, nowMs) <= reportValidMs);
}

/**
 * The processes whose reports nobody needs any more: a fleet that lives for years leaves none behind. Reports that cannot
 * be read stay: they may be those of a newer version.
 */
export function expiredProcesses(reports: Readonly<Record<string, string>>, nowMs: number): string[] {
  return Object.keys(reports).filter((process) => ageMs(reports[process] ?? '', nowMs) > reportLifetimeMs);
}

/** NaN for a report that cannot be read. */
function ageMs(report: string, nowMs: number): number {
  return Math.abs(nowMs - Number(report.split(' ', 1)[0] || Number.NaN));
}
