import type { CacheTuning, OtherTiming, PolicyTuning } from '@bookedbarber/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeAll } from './assess-all.ts';
import { judgeTimes } from './assess-ttls.ts';

const hour = 3600;

/** A quiet shop's days: in ten hours 2,000 look-ups, 1,000 loads of one entry each, most of them expired. */
const quiet: PolicyTuning = {
  policy: 'bookings',
  variable: 'CACHE_TTL_BOOKINGS',
  fresh_seconds: 60,
  aged_seconds: 0,
  kept_seconds: 120,
  processes: 1,
  measured_seconds: 10 * hour,
  look_ups: 2000,
  misses: 1200,
  loads: 1000,
  mean_load_ms: 4,
  entries: { first: 50, changed: 150, expired: 800, apart: 0 },
  waited: 1000,
  distinct_entries: 60,
  remembered_at_most: 4096,
  bytes_per_entry: 1000,
  instead: [
    instead(300, 900),
    instead(hour, 600),
    instead(4 * hour, 220),
    instead(12 * hour, 210),
    instead(24 * hour, 200),
  ],
};

function instead(seconds: number, loads: number): OtherTiming {
  return {
    fresh_seconds: seconds,
    aged_seconds: 0,
    kept_seconds: 2 * seconds,
    loads,
    entries: loads,
    waited: loads,
  };
}

describe('the times of a policy', () => {
  test('are told by the hour, with the hit rate that is left', () => {
    const { now, options } = judgeTimes(quiet, null);
    expect(now).toMatchObject({ freshSeconds: 60, hitRate: 0.4, loadsPerHour: 100, savedPerHour: 0 });
    expect(now.loadSecondsPerHour).toBeCloseTo(0.4);
    // 600 of 1000 loads are left, and with them 720 of 1200 misses.
    expect(options[1]).toMatchObject({
      freshSeconds: hour,
      hitRate: 0.64,
      loadsPerHour: 60,
      savedPerHour: 40,
    });
  });

  test('are judged only as far as has been measured', () => {
    const { options, tooEarly } = judgeTimes(quiet, null);
    expect(options.map(({ freshSeconds }) => freshSeconds)).toEqual([300, hour, 4 * hour]);
    expect(tooEarly).toEqual([12 * hour, 24 * hour]);
  });

  test('the shortest is chosen that saves nine tenths of the most', () => {
    const day = { ...quiet, measured_seconds: 100 * hour };
    expect(judgeTimes(day, null).choice?.freshSeconds).toBe(4 * hour);
    expect(judgeTimes(quiet, null)).toMatchObject({ reason: 'chosen', choice: { freshSeconds: 4 * hour } });
  });

  test('that save loads and those that save misses are weighed apart: an aged answer is loaded again, but keeps nobody', () => {
    const aged = (seconds: number, loads: number, waited: number): OtherTiming => ({
      ...instead(seconds, loads),
      waited,
    });
    const tuning = { ...quiet, instead: [aged(300, 900, 100), aged(hour, 500, 50), aged(4 * hour, 480, 40)] };
    expect(judgeTimes(tuning, null).choice?.freshSeconds).toBe(hour);
    const onlyLoads = { ...tuning, instead: [aged(300, 800, 1000), aged(hour, 300, 1000)] };
    expect(judgeTimes(onlyLoads, null).choice?.freshSeconds).toBe(hour);
  });

  test('take the memory of as many entries as come in the time that they are kept, or of all there are', () => {
    const { now, options } = judgeTimes(quiet, null);
    expect(now.memoryBytes).toBeCloseTo((1000 / (10 * hour)) * 120 * 1000);
    expect(options[2]?.memoryBytes).toBe(60_000);
  });

  test.each<[string, Partial<PolicyTuning>, number | null, string]>([
    [
      'too little was loaded',
      { entries: { first: 29, changed: 0, expired: 0, apart: 0 } },
      null,
      'too-little',
    ],
    ['it was measured for less than the shortest', { measured_seconds: 299 }, null, 'too-early'],
    ['next to nothing is saved', { instead: [instead(300, 950), instead(hour, 910)] }, null, 'no-gain'],
    ['nothing was loaded', { loads: 0, misses: 0, instead: [instead(300, 0)] }, null, 'no-gain'],
    ['Redis has no room', {}, 0, 'no-memory'],
  ])('are kept when %s', (_name, change, spareBytes, reason) => {
    expect(judgeTimes({ ...quiet, ...change }, spareBytes)).toMatchObject({ choice: null, reason });
  });

  test('a shorter one is chosen where the best does not fit into the memory', () => {
    const spareBytes = 20_000;
    expect(judgeTimes(quiet, spareBytes).choice?.freshSeconds).toBe(300);
  });

  test('whatever was measured, a choice saves something, fits, and its hit rate is no worse', () => {
    const number = fc.integer({ min: 0, max: 5000 });
    const measured = fc.record({
      measured_seconds: fc.integer({ min: 0, max: 400 * hour }),
      look_ups: number,
      misses: number,
      loads: number,
      first: number,
      expired: number,
      left: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
      spare: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
    });
    fc.assert(
      fc.property(measured, ({ left, first, expired, spare, misses, look_ups, ...rest }) => {
        const waited = first + expired;
        const tuning: PolicyTuning = {
          ...quiet,
          ...rest,
          look_ups: look_ups + misses,
          misses,
          waited,
          entries: { first, changed: 0, expired, apart: 0 },
          instead: quiet.instead.map((timing, index) => ({
            ...timing,
            loads: Math.floor(rest.loads * (left[index] ?? 0)),
            entries: Math.floor(waited * (left[index] ?? 0)),
            waited: Math.floor(waited * (left[index] ?? 0)),
          })),
        };
        const { now, choice, options } = judgeTimes(tuning, spare);
        for (const { hitRate } of options) expect(hitRate).toBeGreaterThanOrEqual(now.hitRate - 1e-9);
        if (choice === null) return;
        expect(choice.savedPerHour + now.missesPerHour - choice.missesPerHour).toBeGreaterThan(0);
        expect(choice.loadsPerHour + choice.savedPerHour).toBeCloseTo(now.loadsPerHour);
        if (spare !== null) expect(choice.memoryBytes).toBeLessThanOrEqual((now.memoryBytes ?? 0) + spare);
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
  const [first, second] = judgeAll(tuning).map(({ choice }) => choice?.freshSeconds);
  expect([first, second]).toEqual([4 * hour, 300]);
  const unbounded = judgeAll({ ...tuning, max_memory_bytes: 0 });
  expect(unbounded.map(({ choice }) => choice?.freshSeconds)).toEqual([4 * hour, 4 * hour]);
});
