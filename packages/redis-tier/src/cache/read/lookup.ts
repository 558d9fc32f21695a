/** One round of lookups of entries in one namespace: returns what is cached, joins or begins loads for the rest. */
import { RedisUnavailableError } from '../../core/index.ts';
import { CacheResult } from '../cache-result.ts';
import type { EntryKeys } from '../keys.ts';
import { type RunMode, runLoads, type Task } from '../load/cache-miss.ts';
import type { InFlightLoad, LoadResult } from '../load/in-flight-load.ts';
import type { RunContext } from '../load/load-context.ts';
import {
  clockMarginMs,
  type FreshLocalEntry,
  localFallback,
  readFreshLocal,
  refreshesAhead,
  staleWhileUnavailable,
} from '../local/local-lookup.ts';
import type { Shard } from '../primary/shard.ts';
import type { CacheSource } from '../result-source.ts';
import { decodeReading } from './decode-reading.ts';
import type { Reading } from './read-batch.ts';

/**
 * What a caller must not read because it has just written: `local` skips the local tier; `all` skips the whole cache,
 * for when its invalidation is still pending.
 */
export type CacheSkip = 'local' | 'all';

/** A lookup that does not load. */
export type ReadContext = Omit<RunContext, 'load' | 'ttlMs'>;

export type LookupItem = { readonly key: string; readonly names: EntryKeys };

/** A result, or a load in progress with the result to use if it fails. */
export type LookupResult =
  | { readonly result: CacheResult<unknown> }
  | { readonly loadResult: Promise<LoadResult | null>; readonly fallback: CacheResult<unknown> | null };

/** An entry that cannot be decoded: it is as absent, and a load has to replace it. */
type Unreadable = { readonly unreadableLoadedAtMs: number };

/** The outcome of a read. uncached: Redis must not be read. refused: an error reply. unavailable: no reply. */
export type ReadOutcome =
  | Reading
  | FreshLocalEntry
  | Unreadable
  | 'absent'
  | 'uncached'
  | 'refused'
  | 'unavailable';

/**
 * `mayJoin`: whether to join loads in progress. `first`: the outcome of a read that was already done, for a lookup of
 * one entry.
 */
export async function lookup(
  context: RunContext,
  lookupItems: readonly LookupItem[],
  skip: CacheSkip | undefined,
  mayJoin: boolean,
  first?: ReadOutcome,
): Promise<LookupResult[]> {
  const outcome = await Promise.all(
    lookupItems.map(
      ({ names }) => first ?? readLocal(context, context.shard, names, skip) ?? readRemote(context, names),
    ),
  );
  const tasks: Record<RunMode, Task[]> = { wait: [], refresh: [], alone: [] };
  const results = lookupItems.map((item, index) =>
    decide(context, item, outcome[index] ?? 'refused', skip, mayJoin, tasks),
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

/** What can be decided without Redis; undefined: nothing. */
export function readLocal(
  { parts, policy }: Omit<ReadContext, 'shard'>,
  shard: Shard,
  names: EntryKeys,
  skip: CacheSkip | undefined,
): ReadOutcome | undefined {
  if (skip === 'all' || parts.invalidations.isPending(shard, names)) return 'uncached';
  return skip === undefined ? readFreshLocal(parts.local, policy, shard, names) : undefined;
}

/** @throws InvalidCacheUseError for a tag out of range */
export async function readRemote(
  { parts, shard, policy }: ReadContext,
  names: EntryKeys,
): Promise<ReadOutcome> {
  // Throws here, because the errors below are those of Redis.
  void names.tagSet;
  try {
    const reading = await shard.read(names);
    if (reading === null) return 'absent';
    if (decodeReading(reading, policy, names, parts.onEvent)) return reading;
    return { unreadableLoadedAtMs: reading.times.loadedAtMs };
  } catch (error) {
    if (error instanceof RedisUnavailableError) return 'unavailable';
    if (error instanceof Error && error.message.startsWith('MOVED')) parts.shards.moved();
    return 'refused';
  }
}

/** The result when no load is needed, not even a refresh ahead. */
export function hitOf(
  context: ReadContext,
  names: EntryKeys,
  outcome: ReadOutcome,
): CacheResult<unknown> | null {
  if (typeof outcome === 'string') return null;
  if ('result' in outcome) return outcome.refresh ? null : outcome.result;
  if ('unreadableLoadedAtMs' in outcome || !outcome.valid) return null;
  const { hit, refresh } = freshnessOf(context, outcome);
  return hit === null || refresh ? null : remoteResult(context, names, outcome, hit);
}

/** Whether the cache holds a fresh value. */
export function isFresh({ shard }: ReadContext, outcome: ReadOutcome): boolean {
  if (typeof outcome === 'string' || 'unreadableLoadedAtMs' in outcome) return false;
  if ('result' in outcome) return true;
  return outcome.valid && shard.redisNowMs < outcome.times.loadedAtMs + outcome.times.ttlMs;
}

function decide(
  context: RunContext,
  item: LookupItem,
  outcome: ReadOutcome,
  skip: CacheSkip | undefined,
  mayJoin: boolean,
  tasks: Record<RunMode, Task[]>,
): LookupResult {
  const { parts, failures } = context;
  const { names, key } = item;
  const inFlightLoads = outcome === 'uncached' ? parts.uncachedInFlightLoads : parts.inFlightLoads;
  const underWay = inFlightLoads.find(names);
  const failure = failures.find(names);
  const begin = (mode: RunMode, seenLoadedAtMs: number): InFlightLoad => {
    const flight = inFlightLoads.begin(names);
    tasks[mode].push({ key, flight, seenLoadedAtMs });
    return flight;
  };

  const mayBegin = underWay === undefined && failure === undefined;

  if (typeof outcome !== 'string' && 'result' in outcome) {
    if (outcome.refresh && mayBegin) begin('refresh', outcome.loadedAtMs);
    return outcome;
  }
  const unreadableLoadedAtMs =
    typeof outcome !== 'string' && 'unreadableLoadedAtMs' in outcome ? outcome.unreadableLoadedAtMs : null;
  const reading = typeof outcome === 'string' || 'unreadableLoadedAtMs' in outcome ? null : outcome;
  const validLoadedAtMs = reading?.valid ? reading.times.loadedAtMs : 0;
  if (reading?.valid) {
    const { hit, refresh } = freshnessOf(context, reading);
    if (refresh && mayBegin) begin('refresh', validLoadedAtMs);
    if (hit !== null) return { result: remoteResult(context, names, reading, hit) };
  }

  const mayBeStale = skip === undefined && outcome !== 'uncached';
  if (mayBeStale && outcome === 'unavailable') {
    const result = staleWhileUnavailable(context, names);
    if (result !== null) return { result };
  }
  const fallback = mayBeStale
    ? (remoteFallback(context, names, reading) ?? localFallback(context, names))
    : null;
  if (failure !== undefined && outcome !== 'uncached') {
    if (fallback !== null) return { result: fallback };
    return { loadResult: Promise.reject(failure.error), fallback };
  }
  if (underWay !== undefined && mayJoin) return { loadResult: underWay.join(), fallback };
  const mayStore = typeof outcome !== 'string' || outcome === 'absent';
  const mode = mayStore ? 'wait' : 'alone';
  return { loadResult: begin(mode, unreadableLoadedAtMs ?? validLoadedAtMs).join(), fallback };
}

/** Whether a valid entry is a hit, and whether it must be loaded again. */
function freshnessOf(
  { policy, shard }: ReadContext,
  { times, chance }: Reading,
): { hit: CacheSource | null; refresh: boolean } {
  const nowMs = shard.redisNowMs;
  const expiresAtMs = times.loadedAtMs + times.ttlMs;
  if (nowMs < expiresAtMs)
    return { hit: 'remote', refresh: refreshesAhead(policy, nowMs, expiresAtMs, times.loadMs, chance) };
  if (nowMs < expiresAtMs + policy.staleWhileRevalidateMs) return { hit: 'stale', refresh: true };
  return { hit: null, refresh: false };
}

/** Stores a fresh entry in the local tier, once for all callers that share the reading. */
function remoteResult(
  context: ReadContext,
  names: EntryKeys,
  reading: Reading,
  source: CacheSource,
): CacheResult<unknown> {
  const { parts, policy, counts, shard } = context;
  const { times, content, snapshot } = reading;
  const { loadedAtMs, ttlMs, loadMs } = times;
  counts.bytesRead += content.length;
  if (source === 'remote' && policy.local && parts.local !== null && !reading.isStoredLocally) {
    reading.content = parts.local.store(names, {
      content,
      loadedAtMs,
      expiresAtMs: loadedAtMs + ttlMs,
      loadMs,
      snapshot,
      counts,
      policy,
    });
    reading.isStoredLocally = true;
    counts.ttlSimulations.seen(names, loadedAtMs, snapshot);
  }
  return new CacheResult(reading.content, source, loadedAtMs, loadedAtMs + ttlMs, shard);
}

/** The result when a load fails. Never an entry that this process has invalidated. */
function remoteFallback(
  context: RunContext,
  names: EntryKeys,
  reading: Reading | null,
): CacheResult<unknown> | null {
  const { parts, policy, shard } = context;
  if (reading === null || policy.staleIfErrorMs === 0) return null;
  const { loadedAtMs, ttlMs } = reading.times;
  if (shard.redisNowMs >= loadedAtMs + ttlMs + policy.staleIfErrorMs) return null;
  if (!reading.valid && loadedAtMs <= parts.counters.lastOwnMs(names.tagKeys) + clockMarginMs) return null;
  return remoteResult(context, names, reading, 'stale');
}
