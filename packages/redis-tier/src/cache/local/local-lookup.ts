/** Lookups in the local tier. */
import { CacheResult } from '../cache-result.ts';
import type { EntryKeys } from '../keys.ts';
import type { RunContext } from '../load/load-context.ts';
import type { Policy } from '../policy-options.ts';
import type { Shard } from '../primary/shard.ts';
import type { CacheSource } from '../result-source.ts';
import type { LocalEntry, LocalTier } from './local-tier.ts';

type Context = Pick<RunContext, 'parts' | 'policy' | 'shard'>;

/**
 * Earlier than this many load times before the end of freshness, refresh-ahead elects at most one in a million
 * callers.
 */
export const refreshAheadHorizon = 20;

/** Assumed maximum difference between the clocks of Redis and of this process, in ms. */
export const clockMarginMs = 2000;

/** `atMs`: time of the lookup by the clock of this process. */
export type FreshLocalEntry = {
  result: CacheResult<unknown>;
  refresh: boolean;
  loadedAtMs: number;
  atMs: number;
};

/** A fresh entry, and whether this caller must refresh it ahead. */
export function readFreshLocal(
  local: LocalTier | null,
  policy: Policy,
  shard: Shard,
  names: EntryKeys,
): FreshLocalEntry | undefined {
  if (local === null) return undefined;
  const now = shard.now();
  const entry = local.fresh(names, shard, now);
  if (entry === undefined) return undefined;
  const { expiresAtMs, loadMs } = entry;
  const nowMs = shard.redisMsAt(now);
  const refresh =
    entry.isDue === true ||
    (nowMs >= expiresAtMs - refreshAheadHorizon * loadMs &&
      refreshesAhead(policy, nowMs, expiresAtMs, loadMs, Math.random()));
  return {
    result: localResult(shard, entry, 'local'),
    refresh,
    loadedAtMs: entry.loadedAtMs,
    atMs: now.wallMs,
  };
}

/** While Redis is unavailable: an entry whose tags are unchanged, within the policy's limit. */
export function staleWhileUnavailable(
  { parts, policy, shard }: Context,
  names: EntryKeys,
): CacheResult<unknown> | null {
  const entry = parts.local?.any(names);
  if (entry === undefined || policy.staleIfUnavailableMs === 0 || !parts.local?.isUnchanged(entry))
    return null;
  if (shard.redisNowMs >= entry.expiresAtMs + policy.staleIfUnavailableMs) return null;
  return localResult(shard, entry, 'stale');
}

/**
 * The result when a load fails. Never an entry that this process has invalidated. Another process may have invalidated
 * it, so without `staleIfErrorMs` there is none.
 */
export function localFallback(
  { parts, policy, shard }: Context,
  names: EntryKeys,
): CacheResult<unknown> | null {
  if (policy.staleIfErrorMs === 0) return null;
  const entry = parts.local?.any(names);
  if (entry === undefined || shard.redisNowMs >= entry.expiresAtMs + policy.staleIfErrorMs) return null;
  if (entry.loadedAtMs <= parts.counters.lastOwnMs(names.tagKeys) + clockMarginMs) return null;
  return localResult(shard, entry, 'stale');
}

/**
 * Whether this caller refreshes a fresh value ahead. `chance`: a random number from 0 to 1. The nearer the end and the
 * longer the load, the likelier. So one of many callers refreshes in time, without coordination.
 */
export function refreshesAhead(
  policy: Pick<Policy, 'refreshAhead'>,
  nowMs: number,
  expiresAtMs: number,
  loadMs: number,
  chance: number,
): boolean {
  return policy.refreshAhead && nowMs - loadMs * Math.log(chance) >= expiresAtMs;
}

function localResult(shard: Shard, entry: LocalEntry, source: CacheSource): CacheResult<unknown> {
  return new CacheResult(entry.content, source, entry.loadedAtMs, entry.expiresAtMs, shard, entry);
}
