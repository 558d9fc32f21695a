/**
 * The coherence checker: several processes read and write a source of truth and invalidate, while seeded random
 * faults hit servers, connections and processes. Every read is recorded and judged.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { slotOf } from '../../connection/internal.ts';
import { startClusterServers } from './cluster-stage.ts';
import { defaultFleetProgram, Fleet, type FleetProgram } from './fleet.ts';
import { steadyMs } from './messages.ts';
import { type Random, randomFrom } from './random.ts';
import { startSingleServer } from './single-stage.ts';
import type { Fault } from './stage.ts';
import { SourceOfTruth } from './truth.ts';
import type { Read, Violation } from './verdict.ts';

export type CoherenceOptions = {
  /** redis-server or valkey-server. */
  binary: string;
  /** single: a primary and a replica behind one endpoint. cluster: three primaries with a replica each. */
  topology: 'single' | 'cluster';
  seed: number;
  /** Duration of the faults, in ms; start and end take some seconds more. */
  forMs: number;
  /** Names of the faults; default: all of the topology. */
  faults?: readonly string[];
  /** Processes of the fleet. Default 4. */
  processes?: number;
  /** The caches' deadline, in ms. Default 50. */
  deadlineMs?: number;
  /**
   * Interval between pauses without faults, in ms: unchanged entries must then stay in the cache. Default 15 s.
   */
  calmEveryMs?: number;
  /** Whether to end at the first violation. Default false. */
  stopAtFirst?: boolean;
  program?: FleetProgram;
  /** Called when each fault begins. */
  onFault?: (name: string) => void;
};

export type CoherenceReport = {
  readonly violations: readonly Violation[];
  /** Reads by source. */
  readonly reads: Readonly<Record<Read['source'], number>>;
  readonly changes: number;
  readonly failedLoads: number;
  readonly faults: Readonly<Record<string, number>>;
  /** The longest time after an acknowledgement at which a local tier still returned an older version, in ms. */
  readonly maxLocalLagMs: number;
};

/** The protocol's upper bound. */
const localBoundMs = 3000;
const namespace = 'shop';
const keys = { hot: ['a'], cold: Array.from({ length: 30 }, (_, n) => `c${n}`) };
const quiet = { namespace: 'quiet', key: 'quiet' };
const calm = { untilQuietMs: 3500, quietMs: 2500 };
/** A change this old must have been invalidated after a while without faults; a busy machine needs this long. */
const settleMs = 10_000;
const settlesWithinMs = 60_000;

/** @throws Error when a process of the fleet fails on its own, or the servers do not start */
export async function checkCoherence(options: CoherenceOptions): Promise<CoherenceReport> {
  const { binary, topology, seed, forMs, processes = 4, deadlineMs = 50 } = options;
  const { calmEveryMs = 15_000, stopAtFirst = false } = options;
  const random = randomFrom(seed);
  const stage =
    topology === 'single'
      ? await startSingleServer(binary)
      : await startClusterServers(binary, slotOf(namespace));
  let ended = false;
  const sourceOfTruth = new SourceOfTruth(localBoundMs, () => {
    if (stopAtFirst) ended = true;
  });
  let calmMs = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const fleet = new Fleet({
    program: options.program ?? defaultFleetProgram,
    stage,
    sourceOfTruth,
    size: processes,
    random,
    config: {
      prefix: `k${randomBytes(4).toString('hex')}`,
      cluster: stage.cluster,
      deadlineMs,
      namespace,
      keys,
      quiet,
    },
    onQuietLoad: (member, beganMs) => {
      if (beganMs > calmMs.from + 1000 && beganMs < calmMs.to)
        sourceOfTruth.report({
          kind: 'lost-entry',
          text: `${member} had to load an entry that had not changed, without a fault`,
        });
    },
  });
  const counts: Record<string, number> = {};
  const judging = setInterval(() => sourceOfTruth.judgeReads(), 250);
  try {
    await fleet.start();
    const endMs = steadyMs() + forMs;
    const isOver = (): boolean => ended || fleet.broken !== undefined || steadyMs() > endMs;
    const all: Readonly<Record<string, Fault>> = { ...stage.faults, ...fleet.faults };
    const chosen = options.faults ?? Object.keys(all);
    let calmDueMs = steadyMs() + calmEveryMs;
    while (!isOver()) {
      const breakUntilMs = Math.min(endMs, calmDueMs);
      await injectFaults(
        { all, chosen, random, counts, onFault: options.onFault },
        () => isOver() || steadyMs() > breakUntilMs,
      );
      if (isOver()) break;
      await delay(calm.untilQuietMs);
      calmMs = { from: steadyMs(), to: Number.POSITIVE_INFINITY };
      fleet.broadcast({ type: 'quiet', on: true });
      await delay(calm.quietMs);
      fleet.broadcast({ type: 'quiet', on: false });
      calmMs = { ...calmMs, to: steadyMs() };
      calmDueMs = steadyMs() + calmEveryMs;
    }
    if (!ended && fleet.broken === undefined) await requireApplied(sourceOfTruth);
    await fleet.end();
    sourceOfTruth.judgeReads(true);
    if (fleet.broken !== undefined) throw new Error(`The fleet failed: ${fleet.broken}`);
  } finally {
    clearInterval(judging);
    await fleet.end();
    await stage.close();
  }
  const { violations, counts: reads, changes, judge } = sourceOfTruth;
  const { maxLocalLagMs } = judge;
  return { violations, reads, changes, failedLoads: fleet.failedLoads, faults: counts, maxLocalLagMs };
}

type FaultInjection = {
  readonly all: Readonly<Record<string, Fault>>;
  readonly chosen: readonly string[];
  readonly random: Random;
  readonly counts: Record<string, number>;
  readonly onFault: ((name: string) => void) | undefined;
};

/** Injects one fault after another, until it is over. */
async function injectFaults(
  { all, chosen, random, counts, onFault }: FaultInjection,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    await delay(100 + random.next() * 300);
    if (chosen.length === 0) continue;
    const name = random.pick(chosen);
    const fault = all[name];
    if (fault === undefined) throw new Error(`Unknown fault ${JSON.stringify(name)}`);
    onFault?.(name);
    counts[name] = (counts[name] ?? 0) + 1;
    await fault(random).catch((error: unknown) => {
      // A server that is still busy with the previous fault may refuse this one.
      if (!(error instanceof Error && error.name === 'ReplyError')) throw error;
    });
  }
}

/** Waits until the relays have applied all pending invalidations, which needs Redis to be available. */
async function requireApplied(sourceOfTruth: SourceOfTruth): Promise<void> {
  const endMs = steadyMs() + settlesWithinMs;
  while (sourceOfTruth.pending(settleMs).length > 0 && steadyMs() < endMs) await delay(100);
  for (const { row } of sourceOfTruth.pending(settleMs))
    sourceOfTruth.report({
      kind: 'unapplied',
      text: `change ${row} was not invalidated ${settlesWithinMs} ms after the last fault`,
    });
}
