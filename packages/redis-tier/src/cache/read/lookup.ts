/** One round of looking entries of one scope up: what is there is answered, what is missing is joined or loaded. */
import { RedisUnavailable } from '../../core/index.ts';
import { Answer } from '../cache-result.ts';
import type { EntryNames } from '../keys.ts';
import { type RunMode, runLoads, type Task } from '../load/cache-miss.ts';
import type { Flight, Landing } from '../load/in-flight-load.ts';
import type { RunContext } from '../load/load-context.ts';
import {
  clockMarginMs,
  type FreshLocally,
  freshLocally,
  localStandIn,
  refreshesAhead,
  staleWhileAway,
} from '../local/local-lookup.ts';
import type { AnswerSource } from '../result-source.ts';
import type { Reading } from './read-batch.ts';

/**
 * What a caller does not want to read, because it has just written: `local` the local tier, `all` anything cached, when
 * its invalidation has not been applied yet.
 */
export type Bypass = 'local' | 'all';

export type Wanted = { readonly key: string; readonly names: EntryNames };

/** An answer, or the wait for a load with what may stand in when that fails. */
export type LookedUp =
  | { readonly answer: Answer<unknown> }
  | { readonly landing: Promise<Landing | null>; readonly standIn: Answer<unknown> | null };

/** What reading came to. uncached: Redis must not be read. refused: an error reply. away: no reply. */
export type Seen = Reading | FreshLocally | 'absent' | 'uncached' | 'refused' | 'away';

/**
 * `joins`: whether loads that are already under way may be waited for. `first`: what reading has come to already, where one
 * entry is wanted.
 */
export async function lookUp(
  context: RunContext,
  wanted: readonly Wanted[],
  bypass: Bypass | undefined,
  joins: boolean,
  first?: Seen,
): Promise<LookedUp[]> {
  const seen = await Promise.all(
    wanted.map(({ names }) => first ?? seeLocally(context, names, bypass) ?? see(context, names)),
  );
  const tasks: Record<RunMode, Task[]> = { wait: [], refresh: [], alone: [] };
  const results = wanted.map((item, index) =>
    judge(context, item, seen[index] ?? 'refused', bypass, joins, tasks),
  );
  for (const mode of ['wait', 'refresh', 'alone'] as const)
    if (tasks[mode].length > 0) run(context, tasks[mode], mode);
  return results;
}

function run(context: RunContext, tasks: readonly Task[], mode: RunMode): void {
  const { running } = context.parts;
  const run = runLoads(context, tasks, mode);
  running.add(run);
  void run.finally(() => running.delete(run));
}

/** What can be said without Redis; undefined: nothing. */
export function seeLocally(
  { parts, policy, shard }: Omit<RunContext, 'load'>,
  names: EntryNames,
  bypass: Bypass | undefined,
): Seen | undefined {
  if (bypass === 'all' || parts.invalidations.isPending(shard, names)) return 'uncached';
  return bypass === undefined ? freshLocally(parts.local, policy, shard, names) : undefined;
}

/** @throws InvalidCacheUse for a tag out of range */
export async function see({ parts, shard }: Omit<RunContext, 'load'>, names: EntryNames): Promise<Seen> {
  names.check();
  try {
    return (await shard.read(names)) ?? 'absent';
  } catch (error) {
    if (error instanceof RedisUnavailable) return 'away';
    if (error instanceof Error && error.message.startsWith('MOVED')) parts.shards.moved();
    return 'refused';
  }
}

/** The answer where nothing is to be loaded, not even ahead of time. */
export function hitOf(
  context: Omit<RunContext, 'load'>,
  names: EntryNames,
  seen: Seen,
): Answer<unknown> | null {
  if (typeof seen === 'string') return null;
  if ('answer' in seen) return seen.refresh ? null : seen.answer;
  if (!seen.valid) return null;
  const { hit, refresh } = worth(context, seen);
  return hit === null || refresh ? null : remoteAnswer(context, names, seen, hit);
}

function judge(
  context: RunContext,
  item: Wanted,
  seen: Seen,
  bypass: Bypass | undefined,
  joins: boolean,
  tasks: Record<RunMode, Task[]>,
): LookedUp {
  const { parts, failures } = context;
  const { names, key } = item;
  const flights = seen === 'uncached' ? parts.uncachedFlights : parts.flights;
  const underWay = flights.find(names.entryKey);
  const failure = failures.find(names);
  const begin = (mode: RunMode, seenAsOfMs: number): Flight => {
    const flight = flights.begin(names);
    tasks[mode].push({ key, flight, seenAsOfMs });
    return flight;
  };

  const mayBegin = underWay === undefined && failure === undefined;

  if (typeof seen !== 'string' && 'answer' in seen) {
    if (seen.refresh && mayBegin) begin('refresh', seen.asOfMs);
    return seen;
  }
  const reading = typeof seen === 'string' ? null : seen;
  const validAsOfMs = reading?.valid ? reading.times.asOfMs : 0;
  if (reading?.valid) {
    const { hit, refresh } = worth(context, reading);
    if (refresh && mayBegin) begin('refresh', validAsOfMs);
    if (hit !== null) return { answer: remoteAnswer(context, names, reading, hit) };
  }

  const mayBeStale = bypass === undefined && seen !== 'uncached';
  if (mayBeStale && seen === 'away') {
    const answer = staleWhileAway(context, names);
    if (answer !== null) return { answer };
  }
  const standIn = mayBeStale
    ? (remoteStandIn(context, names, reading) ?? localStandIn(context, names))
    : null;
  if (failure !== undefined && seen !== 'uncached') {
    if (standIn !== null) return { answer: standIn };
    return { landing: Promise.reject(failure.error), standIn };
  }
  if (underWay !== undefined && joins) return { landing: underWay.join(), standIn };
  const mayStore = reading !== null || seen === 'absent';
  return { landing: begin(mayStore ? 'wait' : 'alone', validAsOfMs).join(), standIn };
}

/** Whether a valid entry answers, and whether it is to be loaded again. */
function worth(
  { policy, shard }: Omit<RunContext, 'load'>,
  { times, chance }: Reading,
): { hit: AnswerSource | null; refresh: boolean } {
  const nowMs = shard.redisNowMs;
  const freshUntilMs = times.asOfMs + times.freshMs;
  if (nowMs < freshUntilMs)
    return { hit: 'remote', refresh: refreshesAhead(policy, nowMs, freshUntilMs, times.loadMs, chance) };
  if (nowMs < freshUntilMs + policy.agedMs) return { hit: 'stale', refresh: true };
  return { hit: null, refresh: false };
}

/** Keeps what is fresh in the local tier, once for all who share the reading. */
function remoteAnswer(
  context: Omit<RunContext, 'load'>,
  names: EntryNames,
  reading: Reading,
  source: AnswerSource,
): Answer<unknown> {
  const { parts, policy, counts, shard } = context;
  const { times, content, snapshot } = reading;
  const { asOfMs, freshMs, loadMs } = times;
  counts.bytesRead += content.length;
  if (source === 'remote' && policy.local && parts.local !== null && !reading.isKept) {
    reading.content = parts.local.keep(names, {
      content,
      asOfMs,
      freshUntilMs: asOfMs + freshMs,
      loadMs,
      snapshot,
      counts,
      policy,
    });
    reading.isKept = true;
    counts.whatIf.seen(names, asOfMs, snapshot);
  }
  return new Answer(reading.content, source, asOfMs, asOfMs + freshMs, shard);
}

/** In place of an error. What was invalidated by this process does not come back to it. */
function remoteStandIn(
  context: RunContext,
  names: EntryNames,
  reading: Reading | null,
): Answer<unknown> | null {
  if (reading === null) return null;
  const { parts, policy, shard } = context;
  const { asOfMs, freshMs } = reading.times;
  if (shard.redisNowMs >= asOfMs + freshMs + policy.staleIfErrorMs) return null;
  if (!reading.valid && asOfMs <= parts.counters.lastOwnMs(names.tagKeys) + clockMarginMs) return null;
  return remoteAnswer(context, names, reading, 'stale');
}
