import type { CacheTuning, PolicyTuning, TtlAlternative } from '@bookedbarber/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recommendTtls } from './assess-all.ts';
import { recommendTtl } from './assess-ttls.ts';

const hour = 3600;

/** A shop with low traffic: 2,000 lookups and 1,000 loads of one entry each in ten hours, mostly of expired entries. */
const lowTraffic: PolicyTuning = {
  policy: 'bookings',
  variable: 'CACHE_TTL_BOOKINGS',
  ttl_seconds: 60,
  stale_while_revalidate_seconds: 0,
  hard_ttl_seconds: 120,
  processes: 1,
  measured_seconds: 10 * hour,
  lookups: 2000,
  misses: 1200,
  loads: 1000,
  mean_load_ms: 4,
  entries: { first: 50, invalidated: 150, expired: 800, uncached: 0 },
  waited: 1000,
  distinct_entries: 60,
  tracked_entries_limit: 4096,
  bytes_per_entry: 1000,
  alternatives: [
    alternative(300, 900),
    alternative(hour, 600),
    alternative(4 * hour, 220),
    alternative(12 * hour, 210),
    alternative(24 * hour, 200),
  ],
};

function alternative(seconds: number, loads: number): TtlAlternative {
  return {
    ttl_seconds: seconds,
    stale_while_revalidate_seconds: 0,
    hard_ttl_seconds: 2 * seconds,
    loads,
    entries: loads,
    waited: loads,
  };
}

describe('recommendTtl', () => {
  test('returns rates per hour and the hit rate of each TTL', () => {
    const { now, options } = recommendTtl(lowTraffic, null);
    expect(now).toMatchObject({ ttlSeconds: 60, hitRate: 0.4, loadsPerHour: 100, savedPerHour: 0 });
    expect(now.loadSecondsPerHour).toBeCloseTo(0.4);
    // 600 of 1000 loads remain, and so do 720 of 1200 misses.
    expect(options[1]).toMatchObject({
      ttlSeconds: hour,
      hitRate: 0.64,
      loadsPerHour: 60,
      savedPerHour: 40,
    });
  });

  test('assesses no TTL longer than the measured time', () => {
    const { options, missingSeconds } = recommendTtl(lowTraffic, null);
    expect(options.map(({ ttlSeconds }) => ttlSeconds)).toEqual([300, hour, 4 * hour]);
    expect(missingSeconds).toEqual([12 * hour, 24 * hour]);
  });

  test('recommends the shortest TTL that saves 90 % of the maximum savings', () => {
    const day = { ...lowTraffic, measured_seconds: 100 * hour };
    expect(recommendTtl(day, null).recommended?.ttlSeconds).toBe(4 * hour);
    expect(recommendTtl(lowTraffic, null)).toMatchObject({
      reason: 'chosen',
      recommended: { ttlSeconds: 4 * hour },
    });
  });

  test('assesses loads and misses separately, because a stale result is reloaded without a wait', () => {
    const withStale = (seconds: number, loads: number, waited: number): TtlAlternative => ({
      ...alternative(seconds, loads),
      waited,
    });
    const tuning = {
      ...lowTraffic,
      alternatives: [withStale(300, 900, 100), withStale(hour, 500, 50), withStale(4 * hour, 480, 40)],
    };
    expect(recommendTtl(tuning, null).recommended?.ttlSeconds).toBe(hour);
    const onlyLoads = { ...tuning, alternatives: [withStale(300, 800, 1000), withStale(hour, 300, 1000)] };
    expect(recommendTtl(onlyLoads, null).recommended?.ttlSeconds).toBe(hour);
  });

  test('estimates memory from the entries loaded within the hard TTL, limited to the distinct entries', () => {
    const { now, options } = recommendTtl(lowTraffic, null);
    expect(now.memoryBytes).toBeCloseTo((1000 / (10 * hour)) * 120 * 1000);
    expect(options[2]?.memoryBytes).toBe(60_000);
  });

  test.each<[string, Partial<PolicyTuning>, number | null, string]>([
    [
      'too few entries were loaded',
      { entries: { first: 29, invalidated: 0, expired: 0, uncached: 0 } },
      null,
      'too-little',
    ],
    ['the measured time is shorter than the shortest TTL', { measured_seconds: 299 }, null, 'too-early'],
    [
      'the savings are below 10 %',
      { alternatives: [alternative(300, 950), alternative(hour, 910)] },
      null,
      'no-gain',
    ],
    ['nothing was loaded', { loads: 0, misses: 0, alternatives: [alternative(300, 0)] }, null, 'no-gain'],
    ['Redis has no free memory', {}, 0, 'no-memory'],
  ])('recommends no change if %s', (_name, change, availableBytes, reason) => {
    expect(recommendTtl({ ...lowTraffic, ...change }, availableBytes)).toMatchObject({
      recommended: null,
      reason,
    });
  });

  test('recommends a shorter TTL if the best one does not fit into the memory', () => {
    const availableBytes = 20_000;
    expect(recommendTtl(lowTraffic, availableBytes).recommended?.ttlSeconds).toBe(300);
  });

  test('for any measurement, a recommendation saves loads or misses, fits, and does not lower the hit rate', () => {
    const number = fc.integer({ min: 0, max: 5000 });
    const measured = fc.record({
      measured_seconds: fc.integer({ min: 0, max: 400 * hour }),
      lookups: number,
      misses: number,
      loads: number,
      first: number,
      expired: number,
      remaining: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
      spare: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
    });
    fc.assert(
      fc.property(measured, ({ remaining, first, expired, spare, misses, lookups, ...rest }) => {
        const waited = first + expired;
        const tuning: PolicyTuning = {
          ...lowTraffic,
          ...rest,
          lookups: lookups + misses,
          misses,
          waited,
          entries: { first, invalidated: 0, expired, uncached: 0 },
          alternatives: lowTraffic.alternatives.map((timing, index) => ({
            ...timing,
            loads: Math.floor(rest.loads * (remaining[index] ?? 0)),
            entries: Math.floor(waited * (remaining[index] ?? 0)),
            waited: Math.floor(waited * (remaining[index] ?? 0)),
          })),
        };
        const { now, recommended, options } = recommendTtl(tuning, spare);
        for (const { hitRate } of options) expect(hitRate).toBeGreaterThanOrEqual(now.hitRate - 1e-9);
        if (recommended === null) return;
        expect(recommended.savedPerHour + now.missesPerHour - recommended.missesPerHour).toBeGreaterThan(0);
        expect(recommended.loadsPerHour + recommended.savedPerHour).toBeCloseTo(now.loadsPerHour);
        if (spare !== null)
          expect(recommended.memoryBytes).toBeLessThanOrEqual((now.memoryBytes ?? 0) + spare);
      }),
    );
  });
});

test('memory used by one recommendation is not available to the next policy', () => {
  const tuning: CacheTuning = {
    processes: 1,
    used_memory_bytes: 0,
    max_memory_bytes: 100_000,
    policies: [lowTraffic, lowTraffic],
  };
  // The first policy uses 60 KB of the 70 KB that may be filled, so the second does not get as much.
  const [first, second] = recommendTtls(tuning).map(({ recommended }) => recommended?.ttlSeconds);
  expect([first, second]).toEqual([4 * hour, 300]);
  const unbounded = recommendTtls({ ...tuning, max_memory_bytes: 0 });
  expect(unbounded.map(({ recommended }) => recommended?.ttlSeconds)).toEqual([4 * hour, 4 * hour]);
});
