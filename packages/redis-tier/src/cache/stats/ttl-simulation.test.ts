import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeySpace } from '../keys.ts';
import { TagCounters } from '../local/tag-counters.ts';
import { resolvePolicy } from '../policy-options.ts';
import { maxTrackedEntries, TtlSimulation } from './ttl-simulation.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const hearing = { epoch: 1, isTracking: true };
const keys = new KeySpace('test');

/** A cache of one policy on paper, as the real one behaves, with the what-if beside it. Time is made up. */
function paperCache(ttlMs: number, times: readonly number[] = [], staleWhileRevalidateMs = 0) {
  const counters = new TagCounters();
  const policy = resolvePolicy('days', {
    ttlMs,
    jitter: 0,
    ttlSimulations: times.map((ms) => ({ ttlMs: ms, staleWhileRevalidateMs })),
  });
  let nowMs = 1;
  const ttlSimulations = new TtlSimulation(policy, counters, () => nowMs);
  const kept = new Map<string, number>();
  const namesOf = (key: string) => keys.entry(policy, { namespace: 'shop', key, tags: [key] });
  let loads = 0;
  return {
    ttlSimulations,
    get loads() {
      return loads;
    },
    lookup(atMs: number, key = 'a'): void {
      nowMs = atMs;
      if (atMs - (kept.get(key) ?? Number.NEGATIVE_INFINITY) < ttlMs) return;
      loads += 1;
      ttlSimulations.loading([{ names: namesOf(key), redisMs: atMs, leased: true }], hearing);
      ttlSimulations.stored(namesOf(key), hearing);
      kept.set(key, atMs);
    },
    change(key = 'a'): void {
      kept.delete(key);
      for (const tagKey of namesOf(key).tagKeys) counters.raise(tagKey);
    },
  };
}

type Happening = { atMs: number; is: 'look' | 'change' };

/** Independent of each other, so many an hour: Poisson processes. */
function poisson(is: Happening['is'], perHour: number, hours: number, random: () => number): Happening[] {
  const happenings: Happening[] = [];
  let atMs = 1;
  for (;;) {
    atMs += (-Math.log(1 - random()) / perHour) * hourMs;
    if (perHour === 0 || atMs > hours * hourMs) return happenings;
    happenings.push({ atMs, is });
  }
}

function run(happenings: readonly Happening[], ttlMs: number, times: readonly number[] = []) {
  const cache = paperCache(ttlMs, times);
  for (const { atMs, is } of happenings.toSorted((one, other) => one.atMs - other.atMs))
    if (is === 'look') cache.lookup(atMs);
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
 * Loads of an entry in an hour by renewal theory, for look-ups and changes that know nothing of each other (Poisson, r and c
 * an hour): a copy lives for L = min(T, time to a change) with the mean (1 - e^-cT)/c, then the next look-up comes after
 * 1/r, so a cycle with its one load takes 1/r + E[L]. Without changes that is the hit rate rT/(1 + rT) of Jung, Berger and
 * Balakrishnan, "Modeling TTL-based Internet Caches", INFOCOM 2003.
 */
function loadsAnHour(r: number, c: number, hours: number): number {
  const lifeHours = c === 0 ? hours : (1 - Math.exp(-c * hours)) / c;
  return 1 / (1 / r + lifeHours);
}

const traffic = fc.record({
  seed: fc.nat(),
  looks: fc.double({ min: 0.5, max: 120, noNaN: true }),
  changes: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 5, noNaN: true })),
});

describe('what another time would have come to', () => {
  test('lies between the real loads of half the present time less and more, whatever happens', () => {
    fc.assert(
      fc.property(traffic, fc.integer({ min: 2, max: 40 }), ({ seed, looks, changes }, times) => {
        const random = randomFrom(seed);
        const happenings = [...poisson('look', looks, 50, random), ...poisson('change', changes, 50, random)];
        const ttlMs = 5 * minuteMs;
        const otherMs = times * ttlMs;
        const told = run(happenings, ttlMs, [otherMs]).ttlSimulations.results[0]?.entries ?? -1;
        expect(told).toBeLessThanOrEqual(run(happenings, otherMs - ttlMs / 2).loads);
        expect(told).toBeGreaterThanOrEqual(run(happenings, otherMs + ttlMs / 2).loads);
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
    'agrees to a twentieth with renewal theory: $0 looks and $1 changes an hour, fresh for $2 h',
    (r, c, hours) => {
      const measuredHours = 20_000 / Math.min(r, 5);
      const random = randomFrom(11);
      const happenings = [
        ...poisson('look', r, measuredHours, random),
        ...poisson('change', c, measuredHours, random),
      ];
      const { ttlSimulations } = run(happenings, minuteMs, [hours * hourMs]);
      const told = (ttlSimulations.results[0]?.entries ?? 0) / measuredHours;
      const theory = loadsAnHour(r, c, hours);
      expect(Math.abs(told - theory) / theory).toBeLessThan(0.05);
    },
  );

  test('is told of people who come in bursts, where a formula fitted to the hit rate promises too much', () => {
    const random = randomFrom(5);
    // Somebody looks three times within a minute, then nobody for half a day.
    const happenings = poisson('look', 1 / 12, 60_000, random).flatMap(({ atMs }) =>
      [0, 20_000, 40_000].map((later): Happening => ({ atMs: atMs + later, is: 'look' })),
    );
    const cache = run(happenings, minuteMs, [hourMs]);
    const told = cache.ttlSimulations.results[0]?.entries ?? 0;
    const real = run(happenings, hourMs).loads;
    expect(Math.abs(told - real) / real).toBeLessThan(0.02);
    // Two thirds are hits at one minute: rT = 2, so at an hour 120 of 121 would be, were it Poisson.
    expect(1 - cache.loads / happenings.length).toBeGreaterThan(0.6);
    expect(1 - real / happenings.length).toBeLessThan(0.72);
  });

  test('counts as waited for only what would not have been given an aged answer', () => {
    const cache = paperCache(minuteMs, [10 * minuteMs], 20 * minuteMs);
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
  test('is told by its cause', () => {
    const cache = paperCache(minuteMs);
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
      ttlSimulations.loading(items, hearing);
      for (const one of items) ttlSimulations.stored(one.names, hearing);
    };
    load(['a', 'b'], 0);
    load(['a', 'b'], 2 * minuteMs);
    load(['b', 'c'], 4 * minuteMs);
    expect(ttlSimulations.results[0]).toMatchObject({ loads: 2, entries: 3 });
  });

  test('of which nothing is known counts as the first: after deafness, a failed store, or too many others', () => {
    const policy = resolvePolicy('days', { ttlMs: minuteMs, jitter: 0 });
    const ttlSimulations = new TtlSimulation(policy, new TagCounters(), () => 0);
    const names = keys.entry(policy, { namespace: 's', key: 'a' });
    const load = (redisMs: number, store: boolean, shard = hearing): void => {
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
      ttlSimulations.loading([{ names: others, redisMs: 0, leased: true }], hearing);
    }
    expect(ttlSimulations.trackedEntries).toBe(maxTrackedEntries);
    load(5 * minuteMs, true);
    expect(ttlSimulations.causes.first).toBe(5 + maxTrackedEntries);
  });

  test('of another process counts for the copies, as soon as it was read', () => {
    const counters = new TagCounters();
    const policy = resolvePolicy('days', { ttlMs: minuteMs, jitter: 0, ttlSimulations: [{ ttlMs: hourMs }] });
    const ttlSimulations = new TtlSimulation(policy, counters, () => 0);
    const names = keys.entry(policy, { namespace: 's', key: 'a' });
    const load = (redisMs: number): void => {
      ttlSimulations.loading([{ names, redisMs, leased: true }], hearing);
      ttlSimulations.stored(names, hearing);
    };
    ttlSimulations.seen(names, 1, counters.snapshot(1));
    load(2 * minuteMs);
    expect(ttlSimulations.results[0]).toMatchObject({ entries: 0 });
    // After a change, the other one's load begins a new copy; one that is not newer begins nothing.
    for (const tagKey of names.tagKeys) counters.raise(tagKey);
    ttlSimulations.seen(names, 50 * minuteMs, counters.snapshot(1));
    ttlSimulations.seen(names, 40 * minuteMs, counters.snapshot(1));
    load(100 * minuteMs);
    expect(ttlSimulations.results[0]).toMatchObject({ entries: 0 });
    load(110 * minuteMs);
    expect(ttlSimulations.results[0]).toMatchObject({ entries: 1 });
    expect(ttlSimulations.causes).toEqual({ first: 0, invalidated: 0, expired: 3, uncached: 0 });
  });

  test('outside of the cache is saved by no time', () => {
    const policy = resolvePolicy('days', { ttlMs: minuteMs, jitter: 0, ttlSimulations: [{ ttlMs: hourMs }] });
    const ttlSimulations = new TtlSimulation(policy, new TagCounters(), () => 0);
    const names = keys.entry(policy, { namespace: 's', key: 'a' });
    for (let i = 0; i < 3; i++) ttlSimulations.loading([{ names, redisMs: i, leased: false }], hearing);
    expect(ttlSimulations.causes.uncached).toBe(3);
    expect(ttlSimulations.results[0]).toMatchObject({ loads: 3, entries: 0 });
  });
});

test.each([
  [[{ ttlMs: 119_999 }]],
  [[{ ttlMs: 31 * 24 * hourMs }]],
  [[{ ttlMs: hourMs, staleWhileRevalidateMs: -1 }]],
  [Array.from({ length: 17 }, () => ({ ttlMs: hourMs }))],
])('the times %j beside one minute are refused', (ttlSimulations) => {
  expect(() => resolvePolicy('days', { ttlMs: minuteMs, ttlSimulations })).toThrow(/ttlSimulations is/);
});
