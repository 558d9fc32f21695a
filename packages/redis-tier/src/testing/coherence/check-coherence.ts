/**
 * The coherence checker: several processes read and write a source of truth and invalidate, while servers, connections
 * and processes break at random from a seed. Every read is recorded and judged.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { slotOf } from '../../connection/index.ts';
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
  /** single: a primary and a replica behind one endpoint. cluster: three of both. */
  topology: 'single' | 'cluster';
  seed: number;
  /** How long things break, in ms; starting and ending takes some seconds more. */
  forMs: number;
  /** Which faults; default all of the topology. */
  faults?: readonly string[];
  /** Processes of the fleet. Default 4. */
  processes?: number;
  /** The caches' deadline, in ms. Default 50. */
  deadlineMs?: number;
  /**
   * After how long nothing breaks for a while, in ms: what nobody changes has to stay in the cache then. Default 15 s.
   */
  calmEveryMs?: number;
  /** Whether the first violation ends it. Default false. */
  stopAtFirst?: boolean;
  program?: FleetProgram;
  /** Hears of every fault as it begins. */
  onFault?: (name: string) => void;
};

export type CoherenceReport = {
  readonly violations: readonly Violation[];
  /** Reads by where their answers came from. */
  readonly reads: Readonly<Record<Read['source'], number>>;
  readonly changes: number;
  readonly failedLoads: number;
  readonly faults: Readonly<Record<string, number>>;
  /** The longest time after an acknowledgement at which a local tier still answered with an older version, in ms. */
  readonly maxLocalLagMs: number;
};

/** Protocol: at the very worst. */
const localBoundMs = 3000;
const namespace = 'shop';
const keys = { hot: ['a'], cold: Array.from({ length: 30 }, (_, n) => `c${n}`) };
const quiet = { namespace: 'quiet', key: 'quiet' };
const calm = { untilQuietMs: 3500, quietMs: 2500 };
/** A change this old has to be invalidated when all has been well for a while: on a busy machine that takes its time. */
const settleMs = 10_000;
const settlesWithinMs = 60_000;

/** @throws Error when a process of the fleet breaks by itself, or the servers do not start */
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
    order: {
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
          text: `${member} had to load what nobody had changed or broken`,
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
      fleet.tellAll({ type: 'quiet', on: true });
      await delay(calm.quietMs);
      fleet.tellAll({ type: 'quiet', on: false });
      calmMs = { ...calmMs, to: steadyMs() };
      calmDueMs = steadyMs() + calmEveryMs;
    }
    if (!ended && fleet.broken === undefined) await requireApplied(sourceOfTruth);
    await fleet.end();
    sourceOfTruth.judgeReads(true);
    if (fleet.broken !== undefined) throw new Error(`The fleet broke: ${fleet.broken}`);
  } finally {
    clearInterval(judging);
    await fleet.end();
    await stage.close();
  }
  const { violations, counts: reads, changes, judge } = sourceOfTruth;
  const { maxLocalLagMs } = judge;
  return { violations, reads, changes, failedLoads: fleet.failedLoads, faults: counts, maxLocalLagMs };
}

type Breaking = {
  readonly all: Readonly<Record<string, Fault>>;
  readonly chosen: readonly string[];
  readonly random: Random;
  readonly counts: Record<string, number>;
  readonly onFault: ((name: string) => void) | undefined;
};

/** One fault after the other, until it is over. */
async function injectFaults(
  { all, chosen, random, counts, onFault }: Breaking,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    await delay(100 + random.next() * 300);
    if (chosen.length === 0) continue;
    const name = random.pick(chosen);
    const fault = all[name];
    if (fault === undefined) throw new Error(`There is no fault ${JSON.stringify(name)}`);
    onFault?.(name);
    counts[name] = (counts[name] ?? 0) + 1;
    await fault(random).catch((error: unknown) => {
      // A server that is still busy with the fault before refuses this one.
      if (!(error instanceof Error && error.name === 'ReplyError')) throw error;
    });
  }
}

/** The relays apply what is pending as soon as Redis is there for them. */
async function requireApplied(sourceOfTruth: SourceOfTruth): Promise<void> {
  const endMs = steadyMs() + settlesWithinMs;
  while (sourceOfTruth.pending(settleMs).length > 0 && steadyMs() < endMs) await delay(100);
  for (const { row } of sourceOfTruth.pending(settleMs))
    sourceOfTruth.report({
      kind: 'unapplied',
      text: `change ${row} was not invalidated ${settlesWithinMs} ms after the last fault`,
    });
}
