/**
 * Whether a class of cached data deserves another time. The server has played the other times with the look-ups that really
 * came (see the tier's what-if.ts for how, and how far off it may be); here the result becomes figures by the hour, and one
 * of the times is chosen.
 *
 * Rule: the shortest time that saves at least nine tenths of what the best one saves, if that is at least one load an hour
 * and a tenth of all loads, and if Redis has the memory. A longer time gains nothing then and only ages what changes past
 * the server.
 */
import type { OtherTiming, PolicyTuning } from '@bookedbarber/contract';

/** What a time comes to. Rates are of the whole installation. */
export type TimeFigures = {
  freshSeconds: number;
  agedSeconds: number;
  hitRate: number;
  loadsPerHour: number;
  savedPerHour: number;
  /** Time that the database works on loads in an hour. */
  loadSecondsPerHour: number;
  /** Memory of Redis that the entries take at the most, by estimate; null: not known. */
  memoryBytes: number | null;
};

export type Verdict = {
  policy: PolicyTuning['policy'];
  variable: string;
  now: TimeFigures;
  /** Longer times, shortest first, as far as it has been measured for that long. */
  options: TimeFigures[];
  /** Longer times that cannot be judged yet, in seconds. */
  tooEarly: number[];
  choice: TimeFigures | null;
  /** Why there is no choice. */
  reason: 'chosen' | 'too-little' | 'too-early' | 'no-gain' | 'no-memory';
};

/** So many entries have to be loaded before anything is said. */
const fewestEntries = 30;
const enough = 0.9;
const worthAtLeast = { perHour: 1, ofLoads: 0.1 };

/** `spareBytes`: memory that may be taken in addition; null: without a bound. */
export function judgeTimes(tuning: PolicyTuning, spareBytes: number | null): Verdict {
  const { policy, variable, instead, measured_seconds: measured } = tuning;
  const now = figuresOf(tuning, {
    ...tuning,
    loads: tuning.loads,
    entries: entriesOf(tuning),
    waited: tuning.waited,
  });
  const isMeasured = ({ fresh_seconds }: OtherTiming): boolean => fresh_seconds <= measured;
  const options = instead.filter(isMeasured).map((other) => figuresOf(tuning, other));
  const tooEarly = instead.filter((other) => !isMeasured(other)).map(({ fresh_seconds }) => fresh_seconds);
  return { policy, variable, now, options, tooEarly, ...choose() };

  function choose(): Pick<Verdict, 'choice' | 'reason'> {
    if (entriesOf(tuning) < fewestEntries) return { choice: null, reason: 'too-little' };
    const worth = options.filter(
      ({ savedPerHour }) =>
        savedPerHour >= Math.max(worthAtLeast.perHour, worthAtLeast.ofLoads * now.loadsPerHour),
    );
    if (worth.length === 0) return { choice: null, reason: options.length === 0 ? 'too-early' : 'no-gain' };
    const fitting = worth.filter((option) => spareBytes === null || addedBytes(now, option) <= spareBytes);
    const most = Math.max(0, ...fitting.map(({ savedPerHour }) => savedPerHour));
    const choice = fitting.find(({ savedPerHour }) => savedPerHour >= enough * most);
    return choice === undefined ? { choice: null, reason: 'no-memory' } : { choice, reason: 'chosen' };
  }
}

/** Memory that a time takes more than the present one. */
export function addedBytes(now: TimeFigures, option: TimeFigures): number {
  return Math.max(0, (option.memoryBytes ?? 0) - (now.memoryBytes ?? 0));
}

export function entriesOf({ entries: { first, changed, expired, apart } }: PolicyTuning): number {
  return first + changed + expired + apart;
}

function figuresOf(tuning: PolicyTuning, of: OtherTiming): TimeFigures {
  const { look_ups: lookUps, misses, waited, loads, mean_load_ms: meanLoadMs } = tuning;
  const hours = tuning.measured_seconds / 3600;
  const anHour = (value: number): number => (hours === 0 ? 0 : value / hours);
  // Several callers may wait for one entry: misses go with the entries that somebody waits for.
  const missesLeft = waited === 0 ? misses : misses * (of.waited / waited);
  return {
    freshSeconds: of.fresh_seconds,
    agedSeconds: of.aged_seconds,
    hitRate: lookUps === 0 ? 0 : Math.max(0, 1 - missesLeft / lookUps),
    loadsPerHour: anHour(of.loads),
    savedPerHour: Math.max(0, anHour(loads - of.loads)),
    loadSecondsPerHour: (anHour(of.loads) * meanLoadMs) / 1000,
    memoryBytes: memoryOf(tuning, of),
  };
}

/**
 * As many entries as are loaded in the time that Redis keeps one, but no more than there are different ones; where it keeps
 * them for longer than has been measured, as many different ones more as came so far.
 */
function memoryOf(tuning: PolicyTuning, of: OtherTiming): number | null {
  const { bytes_per_entry: bytes, measured_seconds: measured, distinct_entries: distinct } = tuning;
  if (bytes === null || measured === 0) return null;
  const loaded = (of.entries / measured) * of.kept_seconds;
  return Math.min(loaded, distinct * Math.max(1, of.kept_seconds / measured)) * bytes;
}
