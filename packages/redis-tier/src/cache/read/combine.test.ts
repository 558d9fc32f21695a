import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CacheResult } from '../cache-result.ts';
import { KeySpace } from '../keys.ts';
import { LocalTier } from '../local/local-tier.ts';
import { TagCounters } from '../local/tag-counters.ts';
import { resolvePolicy } from '../policy-options.ts';
import type { Shard } from '../primary/shard.ts';
import type { PolicyCounts } from '../stats/statistics.ts';
import { CachedValue } from '../values/cached-value.ts';
import { combineResults } from './combine.ts';

const keys = new KeySpace('bb');
const policy = resolvePolicy('days', { ttlMs: 1000, refreshAhead: false });
const clock = { nowMs: () => 0 };

class FakeShard {
  epoch = 1;
  isTracking = true;
  get redisNowMs(): number {
    return nowMs;
  }
  redisMsAt(): number {
    return nowMs;
  }
  now() {
    return { steadyMs: 0, wallMs: 0 };
  }
  isTrackingAt(): boolean {
    return this.isTracking;
  }
}

let nowMs: number;
let counters: TagCounters;
let local: LocalTier;
let shards: [FakeShard, FakeShard];
let hits: Record<'days' | 'shops', number>;
beforeEach(() => {
  nowMs = 0;
  counters = new TagCounters();
  local = new LocalTier(100_000, counters);
  shards = [new FakeShard(), new FakeShard()];
  hits = { days: 0, shops: 0 };
});
afterEach(() => {
  vi.restoreAllMocks();
});

const countsOf = (name: 'days' | 'shops') =>
  ({
    count: (_source: string, times: number) => {
      hits[name] += times;
    },
  }) as unknown as PolicyCounts;
const counts = { days: countsOf('days'), shops: countsOf('shops') };

/** A result from the local tier. */
function result(
  key: string,
  tags: string[],
  more: { expiresAtMs?: number; shard?: number; of?: 'shops'; refreshAhead?: boolean } = {},
) {
  const { expiresAtMs = 60_000, shard: index = 0, of = 'days', refreshAhead = false } = more;
  const shard = shards[index] as unknown as Shard;
  const names = keys.entry(policy, { namespace: 'shop', key, tags });
  const content = new CachedValue(Buffer.from('1'));
  const snapshot = counters.snapshot(shard.epoch);
  local.store(names, {
    content,
    loadedAtMs: 0,
    expiresAtMs,
    loadMs: 10,
    snapshot,
    counts: counts[of],
    policy: { refreshAhead },
  });
  return new CacheResult(content, 'local', 0, expiresAtMs, shard, local.any(names));
}

const combine = (...results: CacheResult<unknown>[]) => {
  const combined = combineResults(results, { local, counters, clock });
  if (combined === null) throw new Error('not combined');
  return combined;
};

describe('a combined result', () => {
  test.each(['day-1', 'day-2', 'day-3', ''])(
    'is reused until the tag "%s" of one of its results changes',
    (tag) => {
      const combined = combine(
        result('a', ['day-1']),
        result('b', ['day-2']),
        result('c', ['day-3'], { shard: 1 }),
      );
      counters.raise(keys.tag('shop', 'day-4'));
      expect(combined.reuse()).toBe(true);
      counters.raise(tag === '' ? keys.namespaceTag('shop') : keys.tag('shop', tag));
      expect(combined.reuse()).toBe(false);
      expect(combined.reuse()).toBe(false);
    },
  );

  test.each([0, 1, 2])('is reused until its result %i, which ends first, has expired', (first) => {
    const ends = [0, 1, 2].map((index) => (index === first ? 500 : 600));
    const combined = combine(
      ...ends.map((expiresAtMs, index) => result(`${index}`, ['day'], { expiresAtMs, shard: index % 2 })),
    );
    nowMs = 499;
    expect(combined.reuse()).toBe(true);
    nowMs = 500;
    expect(combined.reuse()).toBe(false);
  });

  test.each([0, 1])('is not reused after primary %i may have missed a change', (index) => {
    const combined = combine(result('a', ['day']), result('b', ['day'], { shard: 1 }));
    const shard = shards[index] as FakeShard;
    shard.isTracking = false;
    expect(combined.reuse()).toBe(false);
    shard.isTracking = true;
    expect(combined.reuse()).toBe(true);
    shard.epoch += 1;
    expect(combined.reuse()).toBe(false);
  });

  test('of results with the same tag is as old as the oldest of them', () => {
    const old = result('a', ['day']);
    counters.raise(keys.tag('shop', 'day'));
    const recent = result('b', ['day']);
    expect(combineResults([recent, old], { local, counters, clock })).toBeNull();
    expect(combine(recent).reuse()).toBe(true);
  });

  test('counts one hit for each of its results each time', () => {
    const combined = combine(
      result('a', ['x']),
      result('b', ['x']),
      result('c', ['x'], { of: 'shops', shard: 1 }),
    );
    combined.reuse();
    combined.reuse();
    expect(hits).toEqual({ days: 4, shops: 2 });
  });

  test('needs every result from the local tier', () => {
    const remote = new CacheResult(new CachedValue(Buffer.from('1')), 'remote', 0, 1000, {} as Shard);
    expect(combineResults([result('a', ['x']), remote], { local, counters, clock })).toBeNull();
  });

  test.each([0, 1])('elects one caller to refresh its result %i ahead, and that one is due', (due) => {
    const ends = [0, 1].map((index) => (index === due ? 1000 : 60_000));
    const all = ends.map((expiresAtMs, index) =>
      result(`${index}`, ['x'], { expiresAtMs, refreshAhead: true }),
    );
    const combined = combine(...all);
    vi.spyOn(Math, 'random').mockReturnValue(Number.MIN_VALUE);
    nowMs = 799;
    expect(combined.reuse()).toBe(true);
    nowMs = 800;
    expect([combined.reuse(), combined.reuse()]).toEqual([false, true]);
    expect(all[due]?.entry?.isDue).toBe(true);
  });
});
