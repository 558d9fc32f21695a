/**
 * What a policy's statistics say of another time, beside what that time comes to: the same nine made-up days of a shop go
 * through the real cache on a real Redis twice, with entries that age by the made-up time.
 */
import { until } from '@bookedbarber/redis-tier/testing';
import { expect, inject, test } from 'vitest';
import { openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Somebody looks at three days from `day` on, or a booking changes one. `process`: who serves it, of two. */
type Happening = { atMs: number; day: number; is: 'look' | 'booking'; process: number };

const daysSeen = 3;

/** Sixteen clients a day look three times, 20 s apart; one of three books a day of what was seen. */
function nineDays(): Happening[] {
  let state = 20_261_125;
  const random = (): number => {
    // Numerical Recipes' linear congruential generator: the same days each time.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  const happenings: Happening[] = [];
  const process = (): number => Math.floor(random() * 2);
  for (let client = 0; client < 9 * 16; client++) {
    const day = Math.floor(client / 16);
    const atMs = day * dayMs + 9 * hourMs + Math.floor(random() * 12 * hourMs);
    const from = day + Math.floor(random() * 5);
    for (let look = 0; look < 3; look++)
      happenings.push({ atMs: atMs + look * 20_000, day: from, is: 'look', process: process() });
    const booked = from + Math.floor(random() * daysSeen);
    if (random() < 1 / 3)
      happenings.push({ atMs: atMs + minuteMs, day: booked, is: 'booking', process: process() });
  }
  return happenings.sort((one, other) => one.atMs - other.atMs);
}

async function live(ttlMs: number, ttlSimulations: readonly number[], processes = 1) {
  const beginMs = 1_800_000_000_000;
  let nowMs = beginMs;
  // Without chance: what is told and what comes of it can be compared to the last load.
  const exact = { jitter: 0, refreshAhead: false };
  const policies = { days: { ttlMs, ...exact, ttlSimulations: ttlSimulations.map((ms) => ({ ttlMs: ms })) } };
  const prefix = ownPrefix();
  const caches = await Promise.all(
    Array.from({ length: processes }, () =>
      openCache(inject('redisUrl'), {
        prefix,
        policies,
        local: { maxBytes: 10_000_000 },
        entryClock: { nowMs: () => nowMs },
      }),
    ),
  );
  await until('all hear', () => caches.every(({ cache }) => cache.statistics().local.trackingConnected));
  for (const { atMs, day, is, process } of nineDays()) {
    nowMs = beginMs + atMs;
    const { cache } = caches[process % processes] ?? { cache: undefined };
    if (is === 'booking') await cache?.invalidate('shop', [`day:${day}`]);
    else {
      const items = Array.from({ length: daysSeen }, (_, offset) => ({
        key: `day:${day + offset}`,
        tags: ['hours', `day:${day + offset}`],
      }));
      const load = async (keys: readonly string[]) => new Map(keys.map((key) => [key, `free on ${key}`]));
      const stored = (): number =>
        caches.reduce((sum, one) => sum + one.cache.statistics().total.bytesStored, 0);
      const before = stored();
      const answers = (await cache?.policy('days').getMany({ namespace: 'shop', items, load })) ?? new Map();
      const missed = [...answers].filter(([, answer]) => answer.source === 'miss');
      const bytes = missed.reduce((sum, [, answer]) => sum + answer.body.length, 0);
      await until('what was loaded is stored', () => stored() - before === bytes);
    }
  }
  const all = caches.map(({ cache }) => cache.statistics().policies['days']);
  const sum = (pick: (of: NonNullable<(typeof all)[number]>) => number): number =>
    all.reduce((total, of) => total + (of === undefined ? 0 : pick(of)), 0);
  const told = ttlSimulations.map((_, index) => ({
    loads: sum(({ timing }) => timing.ttlSimulations[index]?.loads ?? 0),
    entries: sum(({ timing }) => timing.ttlSimulations[index]?.entries ?? 0),
  }));
  const result = {
    loads: sum(({ loads }) => loads),
    misses: sum(({ misses }) => misses),
    lookups: sum(({ misses, localHits, remoteHits }) => misses + localHits + remoteHits),
    causes: all[0]?.timing.causes,
    told,
  };
  await Promise.all(caches.map((one) => one.end()));
  return result;
}

const off = (told: number, real: number): number => Math.abs(told - real) / real;

test('what is told of another time comes true to a twentieth', async () => {
  const now = await live(minuteMs, [hourMs, dayMs]);
  const hour = await live(hourMs, []);
  const day = await live(dayMs, []);
  // A quiet shop: most of what is loaded had expired, and a longer time finds that out.
  expect(now.causes?.expired).toBeGreaterThan(3 * (now.causes?.invalidated ?? 0));
  expect(day.loads).toBeLessThan(now.loads * 0.6);
  for (const [index, real] of [hour, day].entries()) {
    const told = now.told[index] ?? { loads: 0, entries: 0 };
    expect(off(told.loads, real.loads)).toBeLessThan(0.05);
    expect(off(told.entries, real.misses)).toBeLessThan(0.05);
  }
}, 180_000);

test('where two processes share the look-ups, no more is told as saved than is, and most of it', async () => {
  const now = await live(minuteMs, [dayMs], 2);
  const day = await live(dayMs, [], 2);
  const told = now.told[0] ?? { loads: 0, entries: 0 };
  expect(told.entries).toBeGreaterThan(day.misses);
  expect(told.loads).toBeGreaterThan(day.loads);
  expect(now.loads - told.loads).toBeGreaterThan(0.7 * (now.loads - day.loads));
}, 180_000);
