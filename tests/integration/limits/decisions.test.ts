import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { toWindows } from '../../../packages/redis-tier/src/limits/windows.ts';
import { checkAt, type Verdict, type VirtualCheck } from '../../support/limits/virtual-time.ts';

const noonMs = Date.UTC(2026, 5, 1, 12);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const shipped = toWindows({ perMinute: 60, perHour: 1000, perDay: 10_000 });
const exact = toWindows({ perMinute: 5, perHour: 20 });

let redis: Redis;
let key: string;

beforeAll(() => {
  redis = new Redis(inject('redisUrl'));
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  key = newKey();
});

const newKey = (): string => `test-limits:r:{${randomUUID()}}:analytics`;

async function check(atMs: number, options: Partial<VirtualCheck> = {}): Promise<Verdict> {
  const [verdict] = await checkAt(redis, atMs, [{ redisKey: key, windows: shipped, ...options }]);
  if (verdict === undefined) throw new Error('the script returned no verdict');
  return verdict;
}

/** Sends requests every `everyMs` for `forMs`; returns how many were admitted in the last `lengthMs`. */
async function steady(windows: VirtualCheck['windows'], everyMs: number, forMs: number, lengthMs: number) {
  const times = Array.from(
    { length: Math.floor(forMs / everyMs) },
    (_, i) => noonMs + Math.round(i * everyMs),
  );
  const own = newKey();
  const verdicts = [];
  for (let from = 0; from < times.length; from += 500) {
    const part = times.slice(from, from + 500).map((atMs) => check(atMs, { redisKey: own, windows }));
    verdicts.push(...(await Promise.all(part)));
  }
  return verdicts.filter((it, i) => it.allowed && (times[i] ?? 0) >= noonMs + forMs - lengthMs).length;
}

describe('a denial', () => {
  test('consumes nothing in any window, and writes nothing', async () => {
    for (let i = 0; i < 60; i++) await check(noonMs + i);
    const before = await redis.getBuffer(key);
    for (let i = 0; i < 500; i++) expect((await check(noonMs + 100)).allowed).toBe(false);
    expect(await redis.getBuffer(key)).toEqual(before);
    const { windows } = await check(noonMs + 100, { cost: 0 });
    expect(windows.map((it) => it.remaining)).toEqual([0, 940, 9940]);
  });

  test('reports an exact wait: denied one ms earlier, allowed then', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 80 }),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 3, maxLength: 12 }),
        fc.integer({ min: -20_000, max: 0 }),
        async (perMinute, gaps, stepMs) => {
          const one = { redisKey: newKey(), windows: toWindows({ perMinute }) };
          let atMs = noonMs;
          for (const gap of gaps) {
            atMs += gap;
            await Promise.all(Array.from({ length: 20 }, () => check(atMs, one)));
          }
          await Promise.all(Array.from({ length: perMinute + 1 }, () => check(atMs, one)));
          // Also after the server's clock was set back.
          atMs += stepMs;
          const { windows: states } = await check(atMs, one);
          const waitMs = states[0]?.waitMs ?? 0;
          expect((await check(atMs + waitMs - 1, one)).allowed).toBe(false);
          expect((await check(atMs + waitMs, one)).allowed).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('reports the windows that deny the request, and the wait of each', async () => {
    for (let i = 0; i < 20; i++) await check(noonMs + i * 13_000, { windows: exact });
    const last = noonMs + 20 * 13_000;
    const { allowed, windows } = await check(last, { windows: exact });
    expect(allowed).toBe(false);
    expect(windows.map((it) => it.remaining)).toEqual([1, 0]);
    expect(windows.map((it) => it.waitMs)).toEqual([0, noonMs + hourMs + 1 - last]);
  });
});

describe('cost', () => {
  test('counts in every window', async () => {
    const { windows } = await check(noonMs, { cost: 7 });
    expect(windows.map((it) => it.remaining)).toEqual([53, 993, 9993]);
  });

  test('above a limit is an error and consumes nothing', async () => {
    expect(await check(noonMs, { cost: 61 })).toMatchObject({ allowed: false, aboveLimit: true });
    expect(await redis.exists(key)).toBe(0);
  });

  test('may fit after the denial of a higher cost', async () => {
    await check(noonMs, { cost: 50 });
    expect((await check(noonMs, { cost: 11 })).allowed).toBe(false);
    expect((await check(noonMs, { cost: 10 })).allowed).toBe(true);
  });
});

describe('a unit', () => {
  test.each([0, 1, 2500, 4999])(
    'entered %i ms after the beginning of its sub-bucket counts for the whole window',
    async (afterMs) => {
      // A twelfth of a minute is five seconds, and noon is the beginning of one.
      for (let i = 0; i < 60; i++) await check(noonMs + afterMs);
      expect((await check(noonMs + afterMs + minuteMs - 1)).allowed).toBe(false);
      expect((await check(noonMs + minuteMs + 5000)).allowed).toBe(true);
    },
  );
});

describe('a steady client', () => {
  test.each([60, 100, 1000])(
    'that sends more than its %i per minute gets twelve thirteenths',
    async (perMinute) => {
      // Thirteen minutes are twelve cycles of thirteen sub-buckets.
      const measuredMs = 13 * minuteMs;
      const everyMs = minuteMs / (perMinute * 1.3);
      const got = await steady(toWindows({ perMinute }), everyMs, 2 * minuteMs + measuredMs, measuredMs);
      expect(got).toBeGreaterThanOrEqual(12 * perMinute);
    },
  );

  test('gets at least twelve thirteenths of any limit, minus the wait until its next request, at any overload', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 33, max: 150 }),
        fc.double({ min: 1.05, max: 3, noNaN: true }),
        async (perMinute, overload) => {
          const measuredMs = 13 * minuteMs;
          const everyMs = minuteMs / (perMinute * overload);
          const got = await steady(toWindows({ perMinute }), everyMs, 2 * minuteMs + measuredMs, measuredMs);
          // Once per thirteen sub-buckets it waits until units are freed, and then until its next request.
          const roundMs = (13 / 12) * minuteMs + everyMs;
          expect(got).toBeGreaterThanOrEqual(Math.floor((measuredMs / roundMs) * perMinute) - 1);
        },
      ),
      { numRuns: 10 },
    );
  });

  test('that stays within twelve thirteenths is never denied', async () => {
    const everyMs = minuteMs / ((60 * 12) / 13);
    const got = await steady(toWindows({ perMinute: 60 }), everyMs, 20 * minuteMs, 20 * minuteMs);
    expect(got).toBe(Math.floor((20 * minuteMs) / everyMs));
  });

  test('with a limit of 5 per minute gets 5, because small limits are counted exactly', async () => {
    const got = await steady(exact.slice(0, 1), 100, 3 * minuteMs, minuteMs);
    expect(got).toBe(5);
  });
});

describe('a clock that was set back', () => {
  test('keeps entries in order, and no client waits longer than the step plus the window', async () => {
    for (let i = 0; i < 60; i++) await check(noonMs);
    const stepped = noonMs - 12_000;
    const { allowed, windows } = await check(stepped);
    expect(allowed).toBe(false);
    expect(windows[0]?.waitMs).toBeLessThanOrEqual(12_000 + minuteMs + 5000);
    await check(noonMs + 2 * minuteMs, { cost: 30 });
    // The window is judged from the last entry, not from an earlier time.
    const again = await check(noonMs + minuteMs, { cost: 30 });
    expect(again.windows[0]?.remaining).toBe(0);
    expect((await check(noonMs + 2 * minuteMs + 1000)).allowed).toBe(false);
  });

  test('frees nothing early when it is corrected: units count from the latest time seen', async () => {
    await check(noonMs);
    for (let i = 0; i < 59; i++) expect((await check(noonMs - 30_000)).allowed).toBe(true);
    expect((await check(noonMs + 36_000, { cost: 2 })).allowed).toBe(false);
    expect((await check(noonMs + minuteMs + 5000, { cost: 60 })).allowed).toBe(true);
  });

  test('by years denies no client for years', async () => {
    const wrongMs = noonMs + 3650 * dayMs;
    for (let i = 0; i < 60; i++) await check(wrongMs);
    expect((await check(noonMs)).allowed).toBe(false);
    expect((await check(noonMs + minuteMs + 5000)).allowed).toBe(true);
    expect((await check(noonMs + minuteMs + 5000)).windows[2]?.remaining).toBe(9938);
  });
});

describe('units reported after an outage', () => {
  test('are entered without a decision, at their own time', async () => {
    for (let i = 0; i < 40; i++) await check(noonMs, { windows: exact, ageMs: 30_000 });
    const { windows } = await check(noonMs, { windows: exact, cost: 0 });
    expect(windows.map((it) => it.remaining)).toEqual([0, 0]);
    expect((await check(noonMs + 30_000, { windows: exact.slice(0, 1) })).allowed).toBe(false);
    expect((await check(noonMs + 30_001, { windows: exact.slice(0, 1) })).allowed).toBe(true);
  });

  test('are inserted among existing entries', async () => {
    for (const second of [0, 20, 40]) await check(noonMs + second * 1000, { windows: exact });
    await check(noonMs + 45_000, { windows: exact, ageMs: 15_000 });
    const remaining = async (second: number): Promise<number | undefined> =>
      (await check(noonMs + second * 1000 + 1, { windows: exact, cost: 0 })).windows[0]?.remaining;
    expect([
      await remaining(59),
      await remaining(60),
      await remaining(80),
      await remaining(90),
      await remaining(100),
    ]).toEqual([1, 2, 3, 4, 5]);
  });

  test('are not entered in windows that they have already left', async () => {
    await check(noonMs, { ageMs: 2 * minuteMs });
    const { windows } = await check(noonMs, { cost: 0 });
    expect(windows.map((it) => it.remaining)).toEqual([60, 999, 9999]);
  });
});

describe('storage', () => {
  test('takes at most 200 bytes after one request', async () => {
    await check(noonMs);
    expect(await redis.memory('USAGE', key)).toBeLessThanOrEqual(200);
  });

  test('takes at most 460 bytes when every sub-bucket of minute, hour and day is in use', async () => {
    await Promise.all(Array.from({ length: 26 * 6 }, (_, i) => check(noonMs - dayMs + i * 10 * minuteMs)));
    await Promise.all(Array.from({ length: 66 }, (_, i) => check(noonMs + 2 * hourMs + i * minuteMs)));
    await Promise.all(
      Array.from({ length: 13 }, (_, i) => check(noonMs + 2 * hourMs + 66 * minuteMs + i * 5000)),
    );
    const size = await redis.strlen(key);
    expect(size).toBeGreaterThan(280);
    expect(await redis.memory('USAGE', key)).toBeLessThanOrEqual(460);
  });

  test('expires when nothing in it matters any more', async () => {
    await check(Date.now(), { windows: toWindows({ perMinute: 60 }) });
    const leftMs = await redis.pttl(key);
    expect(leftMs).toBeGreaterThan(minuteMs / 2);
    expect(leftMs).toBeLessThanOrEqual(minuteMs + 5000);
  });

  test('supports years of steady use', async () => {
    for (let day = 0; day < 400; day++) await check(noonMs + day * dayMs * 0.9, { cost: 60 });
    const { windows } = await check(noonMs + 399 * dayMs * 0.9, { cost: 0 });
    expect(windows.map((it) => it.remaining)).toEqual([0, 940, 9880]);
  });

  test('in an unknown format counts as empty', async () => {
    await redis.set(key, 'something else');
    expect((await check(noonMs)).windows[0]?.remaining).toBe(59);
  });
});

describe('limits that change', () => {
  test('keep the usage', async () => {
    for (let i = 0; i < 50; i++) await check(noonMs + i * 100);
    const lower = toWindows({ perMinute: 30, perHour: 1000 });
    const higher = toWindows({ perMinute: 600, perHour: 1000 });
    expect((await check(noonMs + 5000, { windows: lower })).allowed).toBe(false);
    expect((await check(noonMs + 5000, { windows: higher })).windows.map((it) => it.remaining)).toEqual([
      549, 949,
    ]);
  });
});
