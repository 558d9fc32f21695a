import type { CacheTuning, PolicyTuning, TtlAlternative } from '@bookedbarber/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recommendTtls } from './assess-all.ts';
import { recommendTtl } from './assess-ttls.ts';

const hour = 3600;

/** A quiet shop's days: in ten hours 2,000 look-ups, 1,000 loads of one entry each, most of them expired. */
const quiet: PolicyTuning = {
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
    alternatives(300, 900),
    alternatives(hour, 600),
    alternatives(4 * hour, 220),
    alternatives(12 * hour, 210),
    alternatives(24 * hour, 200),
  ],
};

function alternatives(seconds: number, loads: number): TtlAlternative {
  return {
    ttl_seconds: seconds,
    stale_while_revalidate_seconds: 0,
    hard_ttl_seconds: 2 * seconds,
    loads,
    entries: loads,
    waited: loads,
  };
}

describe('the times of a policy', () => {
  test('are told by the hour, with the hit rate that is left', () => {
    const { now, options } = recommendTtl(quiet, null);
    expect(now).toMatchObject({ ttlSeconds: 60, hitRate: 0.4, loadsPerHour: 100, savedPerHour: 0 });
    expect(now.loadSecondsPerHour).toBeCloseTo(0.4);
    // 600 of 1000 loads are left, and with them 720 of 1200 misses.
    expect(options[1]).toMatchObject({
      ttlSeconds: hour,
      hitRate: 0.64,
      loadsPerHour: 60,
      savedPerHour: 40,
    });
  });

  test('are judged only as far as has been measured', () => {
    const { options, missingSeconds } = recommendTtl(quiet, null);
    expect(options.map(({ ttlSeconds }) => ttlSeconds)).toEqual([300, hour, 4 * hour]);
    expect(missingSeconds).toEqual([12 * hour, 24 * hour]);
  });

  test('the shortest is chosen that saves nine tenths of the most', () => {
    const day = { ...quiet, measured_seconds: 100 * hour };
    expect(recommendTtl(day, null).recommended?.ttlSeconds).toBe(4 * hour);
    expect(recommendTtl(quiet, null)).toMatchObject({
      reason: 'chosen',
      recommended: { ttlSeconds: 4 * hour },
    });
  });

  test('that save loads and those that save misses are weighed apart: an aged answer is loaded again, but keeps nobody', () => {
    const aged = (seconds: number, loads: number, waited: number): TtlAlternative => ({
      ...alternatives(seconds, loads),
      waited,
    });
    const tuning = {
      ...quiet,
      alternatives: [aged(300, 900, 100), aged(hour, 500, 50), aged(4 * hour, 480, 40)],
    };
    expect(recommendTtl(tuning, null).recommended?.ttlSeconds).toBe(hour);
    const onlyLoads = { ...tuning, alternatives: [aged(300, 800, 1000), aged(hour, 300, 1000)] };
    expect(recommendTtl(onlyLoads, null).recommended?.ttlSeconds).toBe(hour);
  });

  test('take the memory of as many entries as come in the time that they are kept, or of all there are', () => {
    const { now, options } = recommendTtl(quiet, null);
    expect(now.memoryBytes).toBeCloseTo((1000 / (10 * hour)) * 120 * 1000);
    expect(options[2]?.memoryBytes).toBe(60_000);
  });

  test.each<[string, Partial<PolicyTuning>, number | null, string]>([
    [
      'too little was loaded',
      { entries: { first: 29, invalidated: 0, expired: 0, uncached: 0 } },
      null,
      'too-little',
    ],
    ['it was measured for less than the shortest', { measured_seconds: 299 }, null, 'too-early'],
    [
      'next to nothing is saved',
      { alternatives: [alternatives(300, 950), alternatives(hour, 910)] },
      null,
      'no-gain',
    ],
    ['nothing was loaded', { loads: 0, misses: 0, alternatives: [alternatives(300, 0)] }, null, 'no-gain'],
    ['Redis has no room', {}, 0, 'no-memory'],
  ])('are kept when %s', (_name, change, availableBytes, reason) => {
    expect(recommendTtl({ ...quiet, ...change }, availableBytes)).toMatchObject({
      recommended: null,
      reason,
    });
  });

  test('a shorter one is chosen where the best does not fit into the memory', () => {
    const availableBytes = 20_000;
    expect(recommendTtl(quiet, availableBytes).recommended?.ttlSeconds).toBe(300);
  });

  test('whatever was measured, a choice saves something, fits, and its hit rate is no worse', () => {
    const number = fc.integer({ min: 0, max: 5000 });
    const measured = fc.record({
      measured_seconds: fc.integer({ min: 0, max: 400 * hour }),
      lookups: number,
      misses: number,
      loads: number,
      first: number,
      expired: number,
      left: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
      spare: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
    });
    fc.assert(
      fc.property(measured, ({ left, first, expired, spare, misses, lookups, ...rest }) => {
        const waited = first + expired;
        const tuning: PolicyTuning = {
          ...quiet,
          ...rest,
          lookups: lookups + misses,
          misses,
          waited,
          entries: { first, invalidated: 0, expired, uncached: 0 },
          alternatives: quiet.alternatives.map((timing, index) => ({
            ...timing,
            loads: Math.floor(rest.loads * (left[index] ?? 0)),
            entries: Math.floor(waited * (left[index] ?? 0)),
            waited: Math.floor(waited * (left[index] ?? 0)),
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

test('memory that one policy takes is not given to the next', () => {
  const tuning: CacheTuning = {
    processes: 1,
    used_memory_bytes: 0,
    max_memory_bytes: 100_000,
    policies: [quiet, quiet],
  };
  // 60 KB for the first one; of the 70 KB that may be filled the second one does not get as much.
  const [first, second] = recommendTtls(tuning).map(({ recommended }) => recommended?.ttlSeconds);
  expect([first, second]).toEqual([4 * hour, 300]);
  const unbounded = recommendTtls({ ...tuning, max_memory_bytes: 0 });
  expect(unbounded.map(({ recommended }) => recommended?.ttlSeconds)).toEqual([4 * hour, 4 * hour]);
});
