/** One round of looking entries of one scope up: what is there is answered, what is missing is joined or loaded. */
import { RedisUnavailable } from '../core/index.ts';
import { Answer, type AnswerSource } from './answer.ts';
import type { Found } from './entry-codec.ts';
import type { Flight, Landing } from './flight.ts';
import type { EntryNames } from './keys.ts';
import { type RunContext, type RunMode, runLoads, type Task } from './load-runner.ts';
import {
  clockMarginMs,
  freshLocally,
  localStandIn,
  refreshesAhead,
  staleWhileAway,
} from './local-look-up.ts';
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
type Seen =
  | Reading
  | NonNullable<ReturnType<typeof freshLocally>>
  | 'absent'
  | 'uncached'
  | 'refused'
  | 'away';

/** `joins`: whether loads that are already under way may be waited for. */
export async function lookUp(
  context: RunContext,
  wanted: readonly Wanted[],
  bypass: Bypass | undefined,
  joins: boolean,
): Promise<LookedUp[]> {
  const seen = await Promise.all(wanted.map(({ names }) => see(context, names, bypass)));
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

async function see(context: RunContext, names: EntryNames, bypass: Bypass | undefined): Promise<Seen> {
  const { parts, policy, shard } = context;
  if (bypass === 'all' || parts.invalidations.isPending(shard, names)) return 'uncached';
  const local = bypass === undefined ? freshLocally(parts.local, policy, shard, names) : undefined;
  if (local !== undefined) return local;
  names.check();
  try {
    return (await shard.read(names, policy.local)) ?? 'absent';
  } catch (error) {
    if (error instanceof RedisUnavailable) return 'away';
    if (error instanceof Error && error.message.startsWith('MOVED')) parts.shards.moved();
    return 'refused';
  }
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
  const validAsOfMs = reading?.found.valid ? reading.found.asOfMs : 0;
  if (reading?.found.valid) {
    const { hit, refresh } = worth(context, reading.found);
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
function worth({ policy, shard }: RunContext, found: Found): { hit: AnswerSource | null; refresh: boolean } {
  const nowMs = shard.redisNowMs;
  const freshUntilMs = found.asOfMs + found.freshMs;
  if (nowMs < freshUntilMs)
    return { hit: 'remote', refresh: refreshesAhead(policy, nowMs, freshUntilMs, found.loadMs) };
  if (nowMs < freshUntilMs + policy.agedMs) return { hit: 'stale', refresh: true };
  return { hit: null, refresh: false };
}

/** Keeps what is fresh in the local tier, once for all who share the reading. */
function remoteAnswer(
  { parts, counts, shard }: RunContext,
  { entryKey }: EntryNames,
  reading: Reading,
  source: AnswerSource,
): Answer<unknown> {
  const { asOfMs, freshMs, loadMs, body } = reading.found;
  counts.bytesRead += body.length;
  if (source === 'remote' && reading.snapshot !== null) {
    const { content, snapshot } = reading;
    const freshUntilMs = asOfMs + freshMs;
    reading.content =
      parts.local?.keep(entryKey, { content, asOfMs, freshUntilMs, loadMs, snapshot }) ?? content;
    reading.snapshot = null;
  }
  const localAsOfMs = shard.toLocalMs(asOfMs);
  return new Answer(reading.content, source, localAsOfMs, localAsOfMs + freshMs);
}

/** In place of an error. What was invalidated by this process does not come back to it. */
function remoteStandIn(
  context: RunContext,
  names: EntryNames,
  reading: Reading | null,
): Answer<unknown> | null {
  if (reading === null) return null;
  const { parts, policy, shard } = context;
  const { found } = reading;
  if (shard.redisNowMs >= found.asOfMs + found.freshMs + policy.staleIfErrorMs) return null;
  if (!found.valid && found.asOfMs <= parts.counters.lastOwnMs(names.tagKeys) + clockMarginMs) return null;
  return remoteAnswer(context, names, reading, 'stale');
}
