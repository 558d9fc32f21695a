import type { Cluster, Redis } from 'ioredis';

/** Look-ups of a cache since its process started, and those of them that needed no load. */
export type LookUps = { hits: number; lookUps: number };

/** The sum over the processes that live, and how many these are. */
export type FleetLookUps = LookUps & { processes: number };

/** A process that has not reported for this long is gone, in ms. */
const livesMs = 10_000;
/** The reports of processes that are gone are removed after this time, in ms. */
export const keptMs: number = livesMs * 6;

/** Tells the fleet of this process's look-ups: one field a process, forgotten by all when nobody reports any more. */
export async function writeLookUps(
  redis: Redis | Cluster,
  key: string,
  process: string,
  { hits, lookUps }: LookUps,
  nowMs: number,
): Promise<void> {
  await redis.hset(key, process, `${nowMs} ${hits} ${lookUps}`);
  await redis.pexpire(key, keptMs);
}

/** The sum over the processes that live. A report that cannot be read counts as none. */
export function sumOfFleet(reports: Readonly<Record<string, string>>, nowMs: number): FleetLookUps {
  const sum = { hits: 0, lookUps: 0, processes: 0 };
  for (const [, report] of livingReports(reports, nowMs)) {
    const [, hits = 0, lookUps = 0] = report.split(' ').map(Number);
    sum.hits += hits;
    sum.lookUps += lookUps;
    sum.processes += 1;
  }
  return sum;
}

/** Reports, by process, of those that live. A report begins with the moment that it was written at. */
export function livingReports(reports: Readonly<Record<string, string>>, nowMs: number): [string, string][] {
  return Object.entries(reports).filter(([, report]) => ageMs(report, nowMs) <= livesMs);
}

/**
 * The processes whose reports nobody needs any more: a fleet that lives for years leaves none behind. Reports that cannot
 * be read stay: they may be those of a newer version.
 */
export function goneProcesses(reports: Readonly<Record<string, string>>, nowMs: number): string[] {
  return Object.keys(reports).filter((process) => ageMs(reports[process] ?? '', nowMs) > keptMs);
}

/** NaN for a report that cannot be read. */
function ageMs(report: string, nowMs: number): number {
  return Math.abs(nowMs - Number(report.split(' ', 1)[0] || Number.NaN));
}
