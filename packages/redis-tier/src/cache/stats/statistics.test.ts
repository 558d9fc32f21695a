import { beforeEach, expect, test } from 'vitest';
import { TagCounters } from '../local/tag-counters.ts';
import { PolicyCounts, summarize } from './statistics.ts';
import { TtlSimulation } from './ttl-simulation.ts';

const startMs = 1_800_000_000_000;

let nowMs: number;
beforeEach(() => {
  nowMs = startMs;
});

function newCounts(): PolicyCounts {
  const times = { ttlMs: 1000, staleWhileRevalidateMs: 0, jitter: 0, ttlSimulations: [] };
  return new PolicyCounts(() => nowMs, new TtlSimulation(times, new TagCounters(), () => nowMs));
}

test('recent lookups are those of the last five minutes, in steps of ten seconds', () => {
  const counts = newCounts();
  counts.count('miss');
  nowMs = startMs + 9999;
  counts.count('local', 3);
  nowMs = startMs + 10_000;
  counts.count('remote');
  nowMs = startMs + 299_999;
  expect(counts.recent()).toEqual({ hits: 4, lookups: 5 });
  nowMs = startMs + 300_000;
  expect(counts.recent()).toEqual({ hits: 1, lookups: 1 });
  nowMs = startMs + 310_000;
  expect(counts.recent()).toEqual({ hits: 0, lookups: 0 });
});

test('recent lookups are complete when every ten seconds have some', () => {
  const counts = newCounts();
  for (let part = 0; part < 100; part += 1) {
    nowMs = startMs + part * 10_000;
    counts.count('stale', part);
  }
  expect(counts.recent().lookups).toBe(((70 + 99) * 30) / 2);
});

test('the sum of several policies counts each, and its rates are those of all lookups', () => {
  const [one, two] = [newCounts(), newCounts()];
  one.count('local', 6);
  one.count('miss', 2);
  two.count('remote', 1);
  two.count('stale', 1);
  two.count('miss', 6);
  one.loads = 2;
  two.loads = 5;
  expect(summarize([one, two])).toMatchObject({
    localHits: 6,
    remoteHits: 1,
    stale: 1,
    misses: 8,
    loads: 7,
    hitRate: 0.5,
    recentHitRate: 0.5,
    recentLookups: 16,
    recentHits: 8,
  });
  expect(summarize([newCounts()])).toMatchObject({ hitRate: 0, recentHitRate: 0 });
});
