import type { CacheSource } from '../result-source.ts';
import {
  type LoadCauses,
  maxTrackedEntries,
  type TtlSimulation,
  type TtlSimulationResult,
} from './ttl-simulation.ts';

export type PolicyStatistics = {
  /** Results by source. */
  localHits: number;
  remoteHits: number;
  stale: number;
  misses: number;
  /** Loader calls, failed loader calls, and their total duration in ms. */
  loads: number;
  loadErrors: number;
  loadMs: number;
  /** How often a caller waited for a load of another process. */
  leaseWaits: number;
  /** Loaded values that were not stored: too large, or rejected by the server. */
  storeRejections: number;
  /** Bytes of the values read from Redis and stored in Redis. */
  bytesRead: number;
  bytesStored: number;
  /**
   * Fraction of lookups that needed no load: since the start, and in the last five minutes. 0 before the first
   * lookup.
   */
  hitRate: number;
  recentHitRate: number;
  /** Lookups of the last five minutes, and those that needed no load. */
  recentLookups: number;
  recentHits: number;
};

/** Loads with the policy's times, and simulated loads with alternative times. */
export type TimingStatistics = {
  /** Duration of the measurement, in ms by the clock that entries age by. */
  measuredMs: number;
  /** Loaded entries by cause, and how many of them a caller waited for. */
  causes: Readonly<LoadCauses>;
  waitedFor: number;
  /** Entries whose last load is recorded, and the maximum. */
  trackedEntries: number;
  trackedEntriesLimit: number;
  ttlSimulations: readonly TtlSimulationResult[];
};

export type CacheStatistics = {
  policies: Readonly<Record<string, PolicyStatistics & { timing: TimingStatistics }>>;
  total: PolicyStatistics;
  local: { entries: number; bytes: number; trackingConnected: boolean };
  remote: { available: boolean; pendingInvalidations: number };
};

const partMs = 10_000;
const parts = 30;

/** Counts for one policy. The window moves in steps of ten seconds. */
export class PolicyCounts {
  readonly #nowMs: () => number;
  #counts = { local: 0, remote: 0, stale: 0, miss: 0 };
  readonly #window: { part: number; hits: number; lookups: number }[] = [];
  loads = 0;
  loadErrors = 0;
  loadMs = 0;
  leaseWaits = 0;
  storeRejections = 0;
  bytesRead = 0;
  bytesStored = 0;
  readonly ttlSimulations: TtlSimulation;

  constructor(nowMs: () => number, ttlSimulations: TtlSimulation) {
    this.#nowMs = nowMs;
    this.ttlSimulations = ttlSimulations;
  }

  count(source: CacheSource, times = 1, nowMs: number = this.#nowMs()): void {
    this.#counts[source] += times;
    const part = Math.floor(nowMs / partMs);
    let current = this.#window.at(-1);
    if (current === undefined || current.part !== part) {
      current = { part, hits: 0, lookups: 0 };
      this.#window.push(current);
      if (this.#window.length > parts) this.#window.shift();
    }
    current.lookups += times;
    if (source !== 'miss') current.hits += times;
  }

  /** Hits and lookups of the last five minutes. */
  recent(): { hits: number; lookups: number } {
    const oldest = Math.floor(this.#nowMs() / partMs) - parts;
    const recent = { hits: 0, lookups: 0 };
    for (const { part, hits, lookups } of this.#window) {
      if (part <= oldest) continue;
      recent.hits += hits;
      recent.lookups += lookups;
    }
    return recent;
  }

  get counts(): Readonly<Record<CacheSource, number>> {
    return this.#counts;
  }

  get timing(): TimingStatistics {
    const { measuredMs, causes, waitedFor, trackedEntries, results } = this.ttlSimulations;
    return {
      measuredMs,
      causes: { ...causes },
      waitedFor,
      trackedEntries,
      trackedEntriesLimit: maxTrackedEntries,
      ttlSimulations: results,
    };
  }
}

/** The sum of the counts of one or more policies. */
export function summarize(all: readonly PolicyCounts[]): PolicyStatistics {
  const sum = (pick: (counts: PolicyCounts) => number): number =>
    all.reduce((total, counts) => total + pick(counts), 0);
  const localHits = sum(({ counts }) => counts.local);
  const remoteHits = sum(({ counts }) => counts.remote);
  const stale = sum(({ counts }) => counts.stale);
  const misses = sum(({ counts }) => counts.miss);
  const recent = all.map((counts) => counts.recent());
  const recentHits = recent.reduce((total, { hits }) => total + hits, 0);
  const recentLookups = recent.reduce((total, { lookups }) => total + lookups, 0);
  return {
    localHits,
    remoteHits,
    stale,
    misses,
    loads: sum(({ loads }) => loads),
    loadErrors: sum(({ loadErrors }) => loadErrors),
    loadMs: sum(({ loadMs }) => loadMs),
    leaseWaits: sum(({ leaseWaits }) => leaseWaits),
    storeRejections: sum(({ storeRejections }) => storeRejections),
    bytesRead: sum(({ bytesRead }) => bytesRead),
    bytesStored: sum(({ bytesStored }) => bytesStored),
    hitRate: share(localHits + remoteHits + stale, localHits + remoteHits + stale + misses),
    recentHitRate: share(recentHits, recentLookups),
    recentLookups,
    recentHits,
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
