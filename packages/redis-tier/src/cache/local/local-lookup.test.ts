import { beforeEach, describe, expect, test } from 'vitest';
import { KeySpace } from '../keys.ts';
import type { RunContext } from '../load/load-context.ts';
import { resolvePolicy } from '../policy-options.ts';
import type { Shard } from '../primary/shard.ts';
import type { PolicyCounts } from '../stats/statistics.ts';
import { CachedValue } from '../values/cached-value.ts';
import { localFallback, readFreshLocal, refreshesAhead, staleWhileUnavailable } from './local-lookup.ts';
import { LocalTier } from './local-tier.ts';
import { TagCounters } from './tag-counters.ts';

const loadedAtMs = 1_000_000;
const expiresAtMs = loadedAtMs + 60_000;
const keys = new KeySpace('bb');
const policy = resolvePolicy('days', {
  ttlMs: 60_000,
  staleIfErrorMs: 5000,
  staleIfUnavailableMs: 3000,
  refreshAhead: false,
});
const names = keys.entry(policy, { namespace: 'shop', key: 'a', tags: ['day', 'staff'] });

let nowMs: number;
let epoch: number;
let isTracking: boolean;
let counters: TagCounters;
let local: LocalTier;
const shard = {
  get epoch() {
    return epoch;
  },
  get redisNowMs() {
    return nowMs;
  },
  redisMsAt: () => nowMs,
  now: () => ({ steadyMs: 0, wallMs: 0 }),
  isTrackingAt: () => isTracking,
} as unknown as Shard;
beforeEach(() => {
  [nowMs, epoch, isTracking] = [loadedAtMs, 1, true];
  counters = new TagCounters();
  local = new LocalTier(100_000, counters);
  local.store(names, {
    content: new CachedValue(Buffer.from('1')),
    loadedAtMs,
    expiresAtMs,
    loadMs: 10,
    snapshot: counters.snapshot(epoch),
    counts: {} as PolicyCounts,
    policy,
  });
});

const context = (more = policy) =>
  ({ parts: { local, counters }, policy: more, shard }) as unknown as RunContext;
const isFresh = () => readFreshLocal(local, policy, shard, names) !== undefined;

describe('an entry of the local tier', () => {
  test('is fresh until its TTL has passed', () => {
    nowMs = expiresAtMs - 1;
    expect(isFresh()).toBe(true);
    nowMs = expiresAtMs;
    expect(isFresh()).toBe(false);
  });

  test.each(['', 'day', 'staff'])('is not fresh after a change of its tag "%s"', (tag) => {
    counters.raise(tag === '' ? keys.namespaceTag('shop') : keys.tag('shop', tag));
    expect(isFresh()).toBe(false);
    expect(staleWhileUnavailable(context(), names)).toBeNull();
  });

  test('is not fresh in another epoch, or while changes are not received', () => {
    isTracking = false;
    expect(isFresh()).toBe(false);
    isTracking = true;
    expect(isFresh()).toBe(true);
    epoch = 2;
    expect(isFresh()).toBe(false);
  });

  test('is served while Redis is unavailable until its limit has passed', () => {
    nowMs = expiresAtMs + 2999;
    expect(staleWhileUnavailable(context(), names)?.source).toBe('stale');
    nowMs = expiresAtMs + 3000;
    expect(staleWhileUnavailable(context(), names)).toBeNull();
  });

  test('is not served while Redis is unavailable by a policy that does not allow it, even if it is fresh', () => {
    expect(staleWhileUnavailable(context({ ...policy, staleIfUnavailableMs: 0 }), names)).toBeNull();
  });

  test('is served after a failed load until its limit has passed, even if others have changed it', () => {
    counters.raise(keys.tag('shop', 'day'));
    nowMs = expiresAtMs + 4999;
    expect(localFallback(context(), names)?.source).toBe('stale');
    nowMs = expiresAtMs + 5000;
    expect(localFallback(context(), names)).toBeNull();
  });

  test('is not served after a failed load by a policy that does not allow it, even before the end of its TTL', () => {
    const strict = context({ ...policy, staleIfErrorMs: 0 });
    expect(localFallback(strict, names)).toBeNull();
    counters.raise(keys.tag('shop', 'day'));
    expect(localFallback(strict, names)).toBeNull();
  });

  test.each([
    [-2001, 'stale'],
    [-2000, undefined],
    [0, undefined],
    [30_000, undefined],
  ])(
    'that this process invalidated %i ms after its load is served after a failed one as %s',
    (ms, source) => {
      counters.invalidatedHere(keys.tag('shop', 'staff'), loadedAtMs + ms);
      expect(localFallback(context(), names)?.source).toBe(source);
    },
  );
});

describe('a caller', () => {
  const ahead = { refreshAhead: true };

  test.each([
    // The natural logarithm of e^-3 is -3: elected from three load times before the end.
    [Math.exp(-3), 299, true],
    [Math.exp(-3), 301, false],
    [Math.exp(-1), 99, true],
    [Math.exp(-1), 101, false],
    [1, 1, false],
    [1, 0, true],
  ])('with the chance %d refreshes an entry %i ms before its end: %s', (chance, leftMs, refreshes) => {
    expect(refreshesAhead(ahead, expiresAtMs - leftMs, expiresAtMs, 100, chance)).toBe(refreshes);
    expect(refreshesAhead({ refreshAhead: false }, expiresAtMs - leftMs, expiresAtMs, 100, chance)).toBe(
      false,
    );
  });

  test('refreshes an entry for which a reader of a combined result was elected', () => {
    const entry = local.any(names);
    if (entry === undefined) throw new Error('no entry');
    expect(readFreshLocal(local, policy, shard, names)?.refresh).toBe(false);
    entry.isDue = true;
    expect(readFreshLocal(local, policy, shard, names)?.refresh).toBe(true);
  });
});
