/**
 * Whether a class of cached data deserves another time. The server has played the other times with the look-ups that really
 * came (see the tier's what-if.ts for how, and how far off it may be); here the result becomes figures by the hour, and one
 * of the times is chosen.
 *
 * Rule: the shortest time that saves nine tenths of the loads that the best one saves, and nine tenths of the misses, if a
 * tenth of either is saved at all and Redis has the memory. Loads are the work of the database, misses are people who wait
 * for it; an aged answer saves the one and not the other. A longer time than that gains next to nothing, and ages what
 * changes past the server.
 */
import type { PolicyTuning, TtlAlternative } from '@bookedbarber/contract';

/** What a time comes to. Rates are of the whole installation. */
export type TtlEstimate = {
  ttlSeconds: number;
  staleWhileRevalidateSeconds: number;
  hitRate: number;
  /** Look-ups that have to wait for a load. */
  missesPerHour: number;
  loadsPerHour: number;
  savedPerHour: number;
  /** Time that the database works on loads in an hour. */
  loadSecondsPerHour: number;
  /** Memory of Redis that the different entries seen so far take, by estimate; null: not known. */
  memoryBytes: number | null;
};

export type TtlRecommendation = {
  policy: PolicyTuning['policy'];
  variable: string;
  now: TtlEstimate;
  /** Longer times, shortest first, as far as it has been measured for that long. */
  options: TtlEstimate[];
  /** Longer times that cannot be judged yet, in seconds. */
  missingSeconds: number[];
  recommended: TtlEstimate | null;
  /** Why there is no choice. */
  reason: 'chosen' | 'too-little' | 'too-early' | 'no-gain' | 'no-memory';
};

/** So many entries have to be loaded before anything is said. */
const fewestEntries = 30;
const enough = 0.9;
const worthAtLeast = 0.1;

/** `availableBytes`: memory that may be taken in addition; null: without a bound. */
export function recommendTtl(tuning: PolicyTuning, availableBytes: number | null): TtlRecommendation {
  const { policy, variable, alternatives, measured_seconds: measured } = tuning;
  const now = figuresOf(tuning, { ...tuning, entries: entriesOf(tuning) });
  const isMeasured = ({ ttl_seconds }: TtlAlternative): boolean => ttl_seconds <= measured;
  const options = alternatives.filter(isMeasured).map((other) => figuresOf(tuning, other));
  const missingSeconds = alternatives
    .filter((other) => !isMeasured(other))
    .map(({ ttl_seconds }) => ttl_seconds);
  return { policy, variable, now, options, missingSeconds, ...choose() };

  function choose(): Pick<TtlRecommendation, 'recommended' | 'reason'> {
    if (entriesOf(tuning) < fewestEntries) return { recommended: null, reason: 'too-little' };
    if (options.length === 0) return { recommended: null, reason: 'too-early' };
    const saved = options.map((option) => ({
      option,
      loads: option.savedPerHour,
      misses: now.missesPerHour - option.missesPerHour,
    }));
    const worth = saved.filter(
      ({ loads, misses }) =>
        (loads > 0 && loads >= worthAtLeast * now.loadsPerHour) ||
        (misses > 0 && misses >= worthAtLeast * now.missesPerHour),
    );
    if (worth.length === 0) return { recommended: null, reason: 'no-gain' };
    const fitting = worth.filter(
      ({ option }) => availableBytes === null || addedBytes(now, option) <= availableBytes,
    );
    const most = {
      loads: Math.max(...fitting.map(({ loads }) => loads)),
      misses: Math.max(...fitting.map(({ misses }) => misses)),
    };
    const recommended = fitting.find(
      ({ loads, misses }) => loads >= enough * most.loads && misses >= enough * most.misses,
    )?.option;
    return recommended === undefined
      ? { recommended: null, reason: 'no-memory' }
      : { recommended, reason: 'chosen' };
  }
}

/** Memory that a time takes more than the present one. */
export function addedBytes(now: TtlEstimate, option: TtlEstimate): number {
  return Math.max(0, (option.memoryBytes ?? 0) - (now.memoryBytes ?? 0));
}

export function entriesOf({
  entries: { first, invalidated: changed, expired, uncached },
}: PolicyTuning): number {
  return first + changed + expired + uncached;
}

function figuresOf(tuning: PolicyTuning, of: TtlAlternative): TtlEstimate {
  const { lookups, misses, waited, loads, mean_load_ms: meanLoadMs } = tuning;
  const hours = tuning.measured_seconds / 3600;
  const anHour = (value: number): number => (hours === 0 ? 0 : value / hours);
  // Several callers may wait for one entry: misses go with the entries that somebody waits for.
  const missesLeft = waited === 0 ? misses : misses * (of.waited / waited);
  return {
    ttlSeconds: of.ttl_seconds,
    staleWhileRevalidateSeconds: of.stale_while_revalidate_seconds,
    missesPerHour: anHour(missesLeft),
    hitRate: lookups === 0 ? 0 : Math.max(0, 1 - missesLeft / lookups),
    loadsPerHour: anHour(of.loads),
    savedPerHour: Math.max(0, anHour(loads - of.loads)),
    loadSecondsPerHour: (anHour(of.loads) * meanLoadMs) / 1000,
    memoryBytes: memoryOf(tuning, of),
  };
}

/** As many entries as are loaded in the time that Redis keeps one, but no more than there were different ones so far. */
function memoryOf(tuning: PolicyTuning, of: TtlAlternative): number | null {
  const { bytes_per_entry: bytes, measured_seconds: measured, distinct_entries: distinct } = tuning;
  if (bytes === null || measured === 0) return null;
  return Math.min((of.entries / measured) * of.hard_ttl_seconds, distinct) * bytes;
}
