/** What the tier in this process can answer. */
import { Answer } from '../cache-result.ts';
import type { EntryNames } from '../keys.ts';
import type { RunContext } from '../load/load-context.ts';
import type { Policy } from '../policy-options.ts';
import type { Shard } from '../primary/shard.ts';
import type { AnswerSource } from '../result-source.ts';
import type { LocalEntry, LocalTier } from './local-tier.ts';

type Context = Pick<RunContext, 'parts' | 'policy' | 'shard'>;

/** So many times the time of its load before its end nobody of a million callers is elected yet. */
export const farAhead = 20;

/** Clocks of Redis and of this process agree this closely at least, in ms. */
export const clockMarginMs = 2000;

/** `atMs`: when it was looked up, by the clock of this process. */
export type FreshLocally = { answer: Answer<unknown>; refresh: boolean; asOfMs: number; atMs: number };

/** A fresh entry, and whether it is to be loaded again soon. */
export function freshLocally(
  local: LocalTier | null,
  policy: Policy,
  shard: Shard,
  names: EntryNames,
): FreshLocally | undefined {
  if (local === null) return undefined;
  const now = shard.now();
  const entry = local.fresh(names.entryKey, shard, now);
  if (entry === undefined) return undefined;
  const { freshUntilMs, loadMs } = entry;
  const nowMs = shard.redisMsAt(now);
  const refresh =
    entry.isDue === true ||
    (nowMs >= freshUntilMs - farAhead * loadMs &&
      refreshesAhead(policy, nowMs, freshUntilMs, loadMs, Math.random()));
  return { answer: localAnswer(shard, entry, 'local'), refresh, asOfMs: entry.asOfMs, atMs: now.wallMs };
}

/** While Redis cannot be reached: an entry of which nothing was heard, within the policy's limit. */
export function staleWhileAway({ parts, policy, shard }: Context, names: EntryNames): Answer<unknown> | null {
  const entry = parts.local?.any(names.entryKey);
  if (entry === undefined || policy.staleIfAwayMs === 0 || !parts.local?.isUnchanged(entry)) return null;
  if (shard.redisNowMs >= entry.freshUntilMs + policy.staleIfAwayMs) return null;
  return localAnswer(shard, entry, 'stale');
}

/** In place of an error. What was invalidated by this process does not come back to it. */
export function localStandIn({ parts, policy, shard }: Context, names: EntryNames): Answer<unknown> | null {
  const entry = parts.local?.any(names.entryKey);
  if (entry === undefined || shard.redisNowMs >= entry.freshUntilMs + policy.staleIfErrorMs) return null;
  if (entry.asOfMs <= parts.counters.lastOwnMs(names.tagKeys) + clockMarginMs) return null;
  return localAnswer(shard, entry, 'stale');
}

/**
 * Whether this caller loads a fresh value again, by a chance from 0 to 1: the nearer its end and the longer its load, the likelier. So one of many
 * callers does it in time, without any agreement between them.
 */
export function refreshesAhead(
  policy: Pick<Policy, 'refreshAhead'>,
  nowMs: number,
  freshUntilMs: number,
  loadMs: number,
  chance: number,
): boolean {
  return policy.refreshAhead && nowMs - loadMs * Math.log(chance) >= freshUntilMs;
}

function localAnswer(shard: Shard, entry: LocalEntry, source: AnswerSource): Answer<unknown> {
  return new Answer(entry.content, source, entry.asOfMs, entry.freshUntilMs, shard, entry);
}
