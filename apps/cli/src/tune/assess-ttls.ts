/**
 * Recommends a TTL for a cache policy. The server has simulated other TTLs with its real lookups (the TTL simulation in
 * the cache documents the method and its error). This module converts the results to rates per hour and chooses a TTL.
 *
 * Rule: the shortest TTL that saves 90 % of the loads and 90 % of the misses that the best TTL saves, if it saves at
 * least 10 % of either and Redis has the memory. Loads are work for the database; misses are requests that wait for it.
 * A stale result saves a miss but not a load. Longer TTLs save little more, and delay the visibility of changes that
 * bypass the server.
 */
import type { PolicyTuning, TtlAlternative } from '@bookedbarber/contract';

/** The effects of a TTL. Rates are for the whole installation. */
export type TtlEstimate = {
  ttlSeconds: number;
  staleWhileRevalidateSeconds: number;
  hitRate: number;
  /** Lookups that wait for a load. */
  missesPerHour: number;
  loadsPerHour: number;
  savedPerHour: number;
  /** Database time for loads, in seconds per hour. */
  loadSecondsPerHour: number;
  /** Estimated Redis memory of the entries; null if unknown. */
  memoryBytes: number | null;
};

export type TtlRecommendation = {
  policy: PolicyTuning['policy'];
  variable: string;
  now: TtlEstimate;
  /** Longer TTLs, shortest first, up to the measured time. */
  options: TtlEstimate[];
  /** TTLs longer than the measured time, in seconds. */
  missingSeconds: number[];
  recommended: TtlEstimate | null;
  /** 'chosen', or why there is no recommendation. */
  reason: 'chosen' | 'too-little' | 'too-early' | 'no-gain' | 'no-memory';
};

/** Minimum number of loaded entries for a recommendation. */
const minEntries = 30;
const shareOfBestSavings = 0.9;
const minSavings = 0.1;

/** @param availableBytes additional Redis memory that may be used; null: no limit */
export function recommendTtl(tuning: PolicyTuning, availableBytes: number | null): TtlRecommendation {
  const { policy, variable, alternatives, measured_seconds: measured } = tuning;
  const now = estimate(tuning, { ...tuning, entries: entriesOf(tuning) });
  const isMeasured = ({ ttl_seconds }: TtlAlternative): boolean => ttl_seconds <= measured;
  const options = alternatives.filter(isMeasured).map((other) => estimate(tuning, other));
  const missingSeconds = alternatives
    .filter((other) => !isMeasured(other))
    .map(({ ttl_seconds }) => ttl_seconds);
  return { policy, variable, now, options, missingSeconds, ...choose() };

  function choose(): Pick<TtlRecommendation, 'recommended' | 'reason'> {
    if (entriesOf(tuning) < minEntries) return { recommended: null, reason: 'too-little' };
    if (options.length === 0) return { recommended: null, reason: 'too-early' };
    const saved = options.map((option) => ({
      option,
      loads: option.savedPerHour,
      misses: now.missesPerHour - option.missesPerHour,
    }));
    const worthwhile = saved.filter(
      ({ loads, misses }) =>
        (loads > 0 && loads >= minSavings * now.loadsPerHour) ||
        (misses > 0 && misses >= minSavings * now.missesPerHour),
    );
    if (worthwhile.length === 0) return { recommended: null, reason: 'no-gain' };
    const fitting = worthwhile.filter(
      ({ option }) => availableBytes === null || addedBytes(now, option) <= availableBytes,
    );
    const best = {
      loads: Math.max(...fitting.map(({ loads }) => loads)),
      misses: Math.max(...fitting.map(({ misses }) => misses)),
    };
    const recommended = fitting.find(
      ({ loads, misses }) =>
        loads >= shareOfBestSavings * best.loads && misses >= shareOfBestSavings * best.misses,
    )?.option;
    return recommended === undefined
      ? { recommended: null, reason: 'no-memory' }
      : { recommended, reason: 'chosen' };
  }
}

/** Additional memory of a TTL compared with the current one, in bytes. */
export function addedBytes(now: TtlEstimate, option: TtlEstimate): number {
  return Math.max(0, (option.memoryBytes ?? 0) - (now.memoryBytes ?? 0));
}

export function entriesOf({
  entries: { first, invalidated: changed, expired, uncached },
}: PolicyTuning): number {
  return first + changed + expired + uncached;
}

function estimate(tuning: PolicyTuning, of: TtlAlternative): TtlEstimate {
  const { lookups, misses, waited, loads, mean_load_ms: meanLoadMs } = tuning;
  const hours = tuning.measured_seconds / 3600;
  const perHour = (value: number): number => (hours === 0 ? 0 : value / hours);
  // Several callers may wait for one load: misses are proportional to the loads with waiting callers.
  const remainingMisses = waited === 0 ? misses : misses * (of.waited / waited);
  return {
    ttlSeconds: of.ttl_seconds,
    staleWhileRevalidateSeconds: of.stale_while_revalidate_seconds,
    missesPerHour: perHour(remainingMisses),
    hitRate: lookups === 0 ? 0 : Math.max(0, 1 - remainingMisses / lookups),
    loadsPerHour: perHour(of.loads),
    savedPerHour: Math.max(0, perHour(loads - of.loads)),
    loadSecondsPerHour: (perHour(of.loads) * meanLoadMs) / 1000,
    memoryBytes: memoryOf(tuning, of),
  };
}

/** The entries loaded within the hard TTL, limited to the distinct entries so far, times the bytes per entry. */
function memoryOf(tuning: PolicyTuning, of: TtlAlternative): number | null {
  const { bytes_per_entry: bytes, measured_seconds: measured, distinct_entries: distinct } = tuning;
  if (bytes === null || measured === 0) return null;
  return Math.min((of.entries / measured) * of.hard_ttl_seconds, distinct) * bytes;
}
