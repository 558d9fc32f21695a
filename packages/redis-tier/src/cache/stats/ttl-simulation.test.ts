import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeySpace } from '../keys.ts';
import { TagCounters } from '../local/tag-counters.ts';
import { resolvePolicy } from '../policy-options.ts';
import { maxTrackedEntries, TtlSimulation } from './ttl-simulation.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const tracking = { epoch: 1, isTracking: true };
const keys = new KeySpace('test');

/** A model of a cache with one policy, with the TTL simulation attached. Time is simulated. */
function modelCache(ttlMs: number, times: readonly number[] = [], staleWhileRevalidateMs = 0) {
  const counters = new TagCounters();
  const policy = resolvePolicy('days', {
    ttlMs,
    jitter: 0,
    ttlSimulations: times.map((ms) => ({ ttlMs: ms, staleWhileRevalidateMs })),
  });
  let nowMs = 1;
  const ttlSimulations = new TtlSimulation(policy, counters, () => nowMs);
  const stored = new Map<string, number>();
  const namesOf = (key: string) => keys.entry(policy, { namespace: 'shop', key, tags: [key] });
  let loads = 0;
  return {
    ttlSimulations,
    get loads() {
      return loads;
    },
    lookup(atMs: number, key = 'a'): void {
      nowMs = atMs;
      if (atMs - (stored.get(key) ?? Number.NEGATIVE_INFINITY) < ttlMs) return;
      loads += 1;
      ttlSimulations.loading([{ names: namesOf(key), redisMs: atMs, leased: true }], tracking);
      ttlSimulations.stored(namesOf(key), tracking);
      stored.set(key, atMs);
    },
    change(key = 'a'): void {
      stored.delete(key);
      for (const tagKey of namesOf(key).tagKeys) counters.raise(tagKey);
    },
  };
}

type TrafficEvent = { atMs: number; type: 'lookup' | 'change' };

/** Independent events at an average rate per hour: a Poisson process. */
function poisson(
  type: TrafficEvent['type'],
  perHour: number,
  hours: number,
  random: () => number,
): TrafficEvent[] {
  const events: TrafficEvent[] = [];
  let atMs = 1;
  for (;;) {
    atMs += (-Math.log(1 - random()) / perHour) * hourMs;
    if (perHour === 0 || atMs > hours * hourMs) return events;
    events.push({ atMs, type });
  }
}

function run(events: readonly TrafficEvent[], ttlMs: number, times: readonly number[] = []) {
  const cache = modelCache(ttlMs, times);
  for (const { atMs, type } of events.toSorted((one, other) => one.atMs - other.atMs))
    if (type === 'lookup') cache.lookup(atMs);
    else cache.change();
  return cache;
}

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Loads of an entry per hour by renewal theory, for independent lookups and changes (Poisson, r and c per hour). A
 * copy lives for L = min(T, time to a change) with the mean (1 - e^-cT)/c; the next lookup follows after 1/r on
 * average. So a cycle with its one load takes 1/r + E[L]. Without changes, that is the hit rate rT/(1 + rT) of Jung,
 * Berger and Balakrishnan, "Modeling TTL-based Internet Caches", INFOCOM 2003.
 */
function loadsPerHour(r: number, c: number, hours: number): number {
  const lifeHours = c === 0 ? hours : (1 - Math.exp(-c * hours)) / c;
  return 1 / (1 / r + lifeHours);
}

const traffic = fc.record({
  seed: fc.nat(),
  lookups: fc.double({ min: 0.5, max: 120, noNaN: true }),
  changes: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 5, noNaN: true })),
});

describe('a simulated TTL', () => {
  test('reports loads between the real ones of the TTL minus and plus half the current TTL', () => {
    fc.assert(
      fc.property(traffic, fc.integer({ min: 2, max: 40 }), ({ seed, lookups, changes }, times) => {
        const random = randomFrom(seed);
        const events = [...poisson('lookup', lookups, 50, random), ...poisson('change', changes, 50, random)];
        const ttlMs = 5 * minuteMs;
        const otherMs = times * ttlMs;
        const simulated = run(events, ttlMs, [otherMs]).ttlSimulations.results[0]?.entries ?? -1;
        expect(simulated).toBeLessThanOrEqual(run(events, otherMs - ttlMs / 2).loads);
        expect(simulated).toBeGreaterThanOrEqual(run(events, otherMs + ttlMs / 2).loads);
      }),
    );
  });

  test.each([
    [2, 0, 1],
    [2, 0.2, 1],
    [60, 0, 1],
    [60, 1, 4],
    [0.5, 0.1, 12],
  ])(
    'agrees with renewal theory within 5%: $0 lookups and $1 changes an hour, TTL of $2 h',
    (r, c, hours) => {
      const measuredHours = 20_000 / Math.min(r, 5);
      const random = randomFrom(11);
      const events = [
        ...poisson('lookup', r, measuredHours, random),
        ...poisson('change', c, measuredHours, random),
      ];
      const { ttlSimulations } = run(events, minuteMs, [hours * hourMs]);
      const simulated = (ttlSimulations.results[0]?.entries ?? 0) / measuredHours;
      const theory = loadsPerHour(r, c, hours);
      expect(Math.abs(simulated - theory) / theory).toBeLessThan(0.05);
    },
  );

  test('is accurate for lookups in bursts, where a formula fitted to the hit rate predicts too many hits', () => {
    const random = randomFrom(5);
    // Three lookups within a minute, then none for twelve hours on average.
    const events = poisson('lookup', 1 / 12, 60_000, random).flatMap(({ atMs }) =>
      [0, 20_000, 40_000].map((later): TrafficEvent => ({ atMs: atMs + later, type: 'lookup' })),
    );
    const cache = run(events, minuteMs, [hourMs]);
    const simulated = cache.ttlSimulations.results[0]?.entries ?? 0;
    const real = run(events, hourMs).loads;
    expect(Math.abs(simulated - real) / real).toBeLessThan(0.02);
    // Two thirds are hits at one minute: rT = 2, so a Poisson model predicts 120 of 121 at an hour.
    expect(1 - cache.loads / events.length).toBeGreaterThan(0.6);
    expect(1 - real / events.length).toBeLessThan(0.72);
  });

  test('counts as waited for only the loads for which no stale value could be served', () => {
    const cache = modelCache(minuteMs, [10 * minuteMs], 20 * minuteMs);
    cache.lookup(0);
    cache.lookup(15 * minuteMs);
    cache.lookup(50 * minuteMs);
    expect(cache.ttlSimulations.results).toEqual([
      { ttlMs: 10 * minuteMs, staleWhileRevalidateMs: 20 * minuteMs, loads: 3, entries: 3, waitedFor: 2 },
    ]);
    expect(cache.ttlSimulations.waitedFor).toBe(3);
  });
});

describe('a load', () => {
  test('is counted by its cause', () => {
    const cache = modelCache(minuteMs);
    cache.lookup(0);
    cache.lookup(2 * minuteMs);
    cache.change();
    cache.lookup(2 * minuteMs + 1);
    cache.lookup(0, 'b');
    expect(cache.ttlSimulations.causes).toEqual({ first: 2, invalidated: 1, expired: 1, uncached: 0 });
    expect(cache.ttlSimulations.measuredMs).toBeGreaterThanOrEqual(0);
  });

  test('of several entries is saved only when none of them is needed', () => {
    const policy = resolvePolicy('days', { ttlMs: minuteMs, jitter: 0, ttlSimulations: [{ ttlMs: hourMs }] });
    const ttlSimulations = new TtlSimulation(policy, new TagCounters(), () => 0);
    const item = (key: string, redisMs: number) => ({
      names: keys.entry(policy, { namespace: 's', key }),
      redisMs,
      leased: true,
    });
    const load = (names: string[], redisMs: number): void => {
      const items = names.map((name) => item(name, redisMs));
      ttlSimulations.loading(items, tracking);
      for (const one of items) ttlSimulations.stored(one.names, tracking);
    };
    load(['a', 'b'], 0);
    load(['a', 'b'], 2 * minuteMs);
    load(['b', 'c'], 4 * minuteMs);
    expect(ttlSimulations.results[0]).toMatchObject({ loads: 2, entries: 3 });
  });

  test('counts as first when nothing is known before it: after lost tracking, a failed store, or too many others', () => {
    const policy = resolvePolicy('days', { ttlMs: minuteMs, jitter: 0 });
    const ttlSimulations = new TtlSimulation(policy, new TagCounters(), () => 0);
    const names = keys.entry(policy, { namespace: 's', key: 'a' });
    const load = (redisMs: number, store: boolean, shard = tracking): void => {
      ttlSimulations.loading([{ names, redisMs, leased: true }], shard);
      if (store) ttlSimulations.stored(names, shard);
    };
    load(0, true);
    load(minuteMs, true, { epoch: 2, isTracking: true });
    load(2 * minuteMs, false, { epoch: 2, isTracking: true });
    load(3 * minuteMs, true, { epoch: 2, isTracking: true });
    load(4 * minuteMs, true, { epoch: 2, isTracking: false });
    expect(ttlSimulations.causes).toEqual({ first: 4, invalidated: 0, expired: 1, uncached: 0 });
    for (let other = 0; other < maxTrackedEntries; other++) {
      const others = keys.entry(policy, { namespace: 's', key: `other-${other}` });
      ttlSimulations.loading([{ names: others, redisMs: 0, leased: true }], tracking);
    }
    expect(ttlSimulations.trackedEntries).toBe(maxTrackedEntries);
    load(5 * minuteMs, true);
    expect(ttlSimulations.causes.first).toBe(5 + maxTrackedEntries);
  });

  test('by another process counts for the simulated copies once it is read', () => {
    const counters = new TagCounters();
    const policy = resolvePolicy('days', { ttlMs: minuteMs, jitter: 0, ttlSimulations: [{ ttlMs: hourMs }] });
    const ttlSimulations = new TtlSimulation(policy, counters, () => 0);
    const names = keys.entry(policy, { namespace: 's', key: 'a' });
    const load = (redisMs: number): void => {
      ttlSimulations.loading([{ names, redisMs, leased: true }], tracking);
      ttlSimulations.stored(names, tracking);
    };
    ttlSimulations.seen(names, 1, counters.snapshot(1));
    load(2 * minuteMs);
    expect(ttlSimulations.results[0]).toMatchObject({ entries: 0 });
    // After a change, a load of another process begins a new copy; a load that is not newer has no effect.
    for (const tagKey of names.tagKeys) counters.raise(tagKey);
    ttlSimulations.seen(names, 50 * minuteMs, counters.snapshot(1));
    ttlSimulations.seen(names, 40 * minuteMs, counters.snapshot(1));
    load(100 * minuteMs);
    expect(ttlSimulations.results[0]).toMatchObject({ entries: 0 });
    load(110 * minuteMs);
    expect(ttlSimulations.results[0]).toMatchObject({ entries: 1 });
    expect(ttlSimulations.causes).toEqual({ first: 0, invalidated: 0, expired: 3, uncached: 0 });
  });

  test('outside the cache is not saved by any TTL', () => {
    const policy = resolvePolicy('days', { ttlMs: minuteMs, jitter: 0, ttlSimulations: [{ ttlMs: hourMs }] });
    const ttlSimulations = new TtlSimulation(policy, new TagCounters(), () => 0);
    const names = keys.entry(policy, { namespace: 's', key: 'a' });
    for (let i = 0; i < 3; i++) ttlSimulations.loading([{ names, redisMs: i, leased: false }], tracking);
    expect(ttlSimulations.causes.uncached).toBe(3);
    expect(ttlSimulations.results[0]).toMatchObject({ loads: 3, entries: 0 });
  });
});

test.each([
  [[{ ttlMs: 119_999 }]],
  [[{ ttlMs: 31 * 24 * hourMs }]],
  [[{ ttlMs: hourMs, staleWhileRevalidateMs: -1 }]],
  [Array.from({ length: 17 }, () => ({ ttlMs: hourMs }))],
])('rejects the alternative times %j for a TTL of one minute', (ttlSimulations) => {
  expect(() => resolvePolicy('days', { ttlMs: minuteMs, ttlSimulations })).toThrow(/ttlSimulations/);
});
