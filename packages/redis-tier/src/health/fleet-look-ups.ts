import type { Redis } from 'ioredis';

/** Look-ups of a cache since its process started, and those of them that needed no load. */
export type LookUps = { hits: number; lookUps: number };

/** A process that has not reported for this long is gone, in ms. */
const livesMs = 10_000;

/** Tells the fleet of this process's look-ups: one field a process, forgotten by all when nobody reports any more. */
export async function writeLookUps(
  redis: Redis,
  key: string,
  process: string,
  { hits, lookUps }: LookUps,
  nowMs: number,
): Promise<void> {
  await redis.hset(key, process, `${nowMs} ${hits} ${lookUps}`);
  await redis.pexpire(key, livesMs * 6);
}

/** The sum over the processes that live. A report that cannot be read counts as none. */
export function sumOfFleet(reports: Readonly<Record<string, string>>, nowMs: number): LookUps {
  const sum = { hits: 0, lookUps: 0 };
  for (const report of Object.values(reports)) {
    const [atMs = Number.NaN, hits = 0, lookUps = 0] = report.split(' ').map(Number);
    if (!(Math.abs(nowMs - atMs) <= livesMs)) continue;
    sum.hits += hits;
    sum.lookUps += lookUps;
  }
  return sum;
}
