import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { toWindows, type Window } from '../../../packages/redis-tier/src/limits/windows.ts';
import { checkAt } from '../../support/limits/virtual-time.ts';

const noonMs = Date.UTC(2026, 5, 1, 12);
let redis: Redis;

beforeAll(() => {
  redis = new Redis(inject('redisUrl'));
});
afterAll(() => redis.disconnect());

const newKey = (): string => `test-limits:r:{${randomUUID()}}:x`;

/** The largest number of units admitted in any half-open window that ends with an admission. */
function mostInAnyWindow(admissions: readonly { atMs: number; cost: number }[], lengthMs: number): number {
  let most = 0;
  for (const { atMs } of admissions) {
    const units = admissions
      .filter((it) => it.atMs > atMs - lengthMs && it.atMs <= atMs)
      .reduce((sum, it) => sum + it.cost, 0);
    most = Math.max(most, units);
  }
  return most;
}

async function admitted<T extends { atMs: number; cost: number }>(
  windows: readonly Window[],
  requests: readonly T[],
): Promise<T[]> {
  const key = newKey();
  const verdicts = await Promise.all(
    requests.map(({ atMs, cost }) => checkAt(redis, atMs, [{ redisKey: key, windows, cost }])),
  );
  return requests.filter((_, i) => verdicts[i]?.[0]?.allowed === true);
}

describe('sliding windows', () => {
  const limits = fc.record({
    perMinute: fc.integer({ min: 1, max: 80 }),
    perHour: fc.integer({ min: 1, max: 200 }),
  });
  const steps = fc.array(
    fc.record({
      afterMs: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 70_000 })),
      burst: fc.integer({ min: 1, max: 30 }),
      cost: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 40 },
  );

  test('never admit more than the limit in any stretch of a window, for any traffic', async () => {
    await fc.assert(
      fc.asyncProperty(limits, steps, async (named, traffic) => {
        const windows = toWindows(named);
        let atMs = noonMs;
        const requests = traffic.flatMap(({ afterMs, burst, cost }) => {
          atMs += afterMs;
          return Array.from({ length: burst }, () => ({ atMs, cost }));
        });
        const passed = await admitted(windows, requests);
        for (const { lengthMs, limit } of windows) {
          expect(mostInAnyWindow(passed, lengthMs)).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 60 },
    );
  });

  const moves = fc.array(
    fc.record({
      elapsedMs: fc.integer({ min: 0, max: 40_000 }),
      stepMs: fc.integer({ min: -50_000, max: 0 }),
    }),
    { minLength: 5, maxLength: 40 },
  );

  test('stay exact when the server steps its clock back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), moves, async (perMinute, steps) => {
        const windows = toWindows({ perMinute, perHour: 1000 });
        let elapsedMs = noonMs;
        let atMs = noonMs;
        const requests = steps.flatMap((step) => {
          elapsedMs += step.elapsedMs;
          atMs += step.elapsedMs + step.stepMs;
          return Array.from({ length: 20 }, () => ({ atMs, elapsedMs, cost: 1 }));
        });
        const passed = await admitted(windows, requests);
        const elapsed = passed.map((it) => ({ ...it, atMs: it.elapsedMs }));
        for (const { lengthMs, limit } of windows) {
          expect(mostInAnyWindow(elapsed, lengthMs)).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('stay exact by the latest time seen when the clock steps back and forth', async () => {
    const jumps = fc.array(fc.integer({ min: -90_000, max: 90_000 }), { minLength: 5, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), jumps, async (perMinute, all) => {
        const windows = toWindows({ perMinute, perHour: 1000 });
        let atMs = noonMs;
        const requests = all.flatMap((jump) => {
          atMs += jump;
          return Array.from({ length: 20 }, () => ({ atMs, cost: 1 }));
        });
        let latestMs = 0;
        const passed = (await admitted(windows, requests)).map((it) => {
          latestMs = Math.max(latestMs, it.atMs);
          return { ...it, atMs: latestMs };
        });
        for (const { lengthMs, limit } of windows) {
          expect(mostInAnyWindow(passed, lengthMs)).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('admit the same as an exact log for limits of 32 and below', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 32 }), steps, async (perMinute, traffic) => {
        const windows = toWindows({ perMinute });
        const key = newKey();
        let atMs = noonMs;
        let log: number[] = [];
        for (const { afterMs, burst } of traffic) {
          atMs += afterMs;
          const verdicts = await Promise.all(
            Array.from({ length: burst }, () => checkAt(redis, atMs, [{ redisKey: key, windows }])),
          );
          for (const [verdict] of verdicts) {
            // A unit entered within a millisecond leaves the window after that whole millisecond.
            log = log.filter((it) => it + 60_000 >= atMs);
            const fits = log.length < perMinute;
            if (fits) log.push(atMs);
            expect(verdict?.allowed).toBe(fits);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
