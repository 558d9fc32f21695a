/**
 * Compares a policy's TTL simulation with reality: the same nine simulated days of a shop run through the real cache
 * on a real Redis twice, with entries that age by the simulated time.
 */
import { until } from '@bookedbarber/redis-tier/testing';
import { expect, inject, test } from 'vitest';
import { openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * A client looks at three days from `day` on, or a booking changes one. `process`: which of two processes serves it.
 */
type TrafficEvent = { atMs: number; day: number; type: 'lookup' | 'booking'; process: number };

const daysSeen = 3;

/** Sixteen clients per day look three times, 20 s apart; one in three books one of the days. */
function nineDays(): TrafficEvent[] {
  let state = 20_261_125;
  const random = (): number => {
    // Numerical Recipes' linear congruential generator: the same days each time.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  const events: TrafficEvent[] = [];
  const process = (): number => Math.floor(random() * 2);
  for (let client = 0; client < 9 * 16; client++) {
    const day = Math.floor(client / 16);
    const atMs = day * dayMs + 9 * hourMs + Math.floor(random() * 12 * hourMs);
    const from = day + Math.floor(random() * 5);
    for (let look = 0; look < 3; look++)
      events.push({ atMs: atMs + look * 20_000, day: from, type: 'lookup', process: process() });
    const booked = from + Math.floor(random() * daysSeen);
    if (random() < 1 / 3)
      events.push({ atMs: atMs + minuteMs, day: booked, type: 'booking', process: process() });
  }
  return events.sort((one, other) => one.atMs - other.atMs);
}

async function runTraffic(ttlMs: number, ttlSimulations: readonly number[], processes = 1) {
  const beginMs = 1_800_000_000_000;
  let nowMs = beginMs;
  // Without randomness, so that simulation and reality are comparable to the last load.
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
  await until('tracking is connected', () =>
    caches.every(({ cache }) => cache.statistics().local.trackingConnected),
  );
  for (const { atMs, day, type, process } of nineDays()) {
    nowMs = beginMs + atMs;
    const { cache } = caches[process % processes] ?? { cache: undefined };
    if (type === 'booking') await cache?.invalidate('shop', [`day:${day}`]);
    else {
      const items = Array.from({ length: daysSeen }, (_, offset) => ({
        key: `day:${day + offset}`,
        tags: ['hours', `day:${day + offset}`],
      }));
      const load = async (keys: readonly string[]) => new Map(keys.map((key) => [key, `free on ${key}`]));
      const stored = (): number =>
        caches.reduce((sum, one) => sum + one.cache.statistics().total.bytesStored, 0);
      const before = stored();
      const results = (await cache?.policy('days').getMany({ namespace: 'shop', items, load })) ?? new Map();
      const missed = [...results].filter(([, result]) => result.source === 'miss');
      const bytes = missed.reduce((sum, [, result]) => sum + result.body.length, 0);
      await until('the loaded values are stored', () => stored() - before === bytes);
    }
  }
  const all = caches.map(({ cache }) => cache.statistics().policies['days']);
  const sum = (pick: (of: NonNullable<(typeof all)[number]>) => number): number =>
    all.reduce((total, of) => total + (of === undefined ? 0 : pick(of)), 0);
  const simulated = ttlSimulations.map((_, index) => ({
    loads: sum(({ timing }) => timing.ttlSimulations[index]?.loads ?? 0),
    entries: sum(({ timing }) => timing.ttlSimulations[index]?.entries ?? 0),
  }));
  const result = {
    loads: sum(({ loads }) => loads),
    misses: sum(({ misses }) => misses),
    lookups: sum(({ misses, localHits, remoteHits }) => misses + localHits + remoteHits),
    causes: all[0]?.timing.causes,
    simulated,
  };
  await Promise.all(caches.map((one) => one.end()));
  return result;
}

const deviation = (simulated: number, real: number): number => Math.abs(simulated - real) / real;

test('the simulation of an alternative TTL deviates from reality by at most 5%', async () => {
  const now = await runTraffic(minuteMs, [hourMs, dayMs]);
  const hour = await runTraffic(hourMs, []);
  const day = await runTraffic(dayMs, []);
  // A quiet shop: most loads are of expired entries, and a longer TTL saves them.
  expect(now.causes?.expired).toBeGreaterThan(3 * (now.causes?.invalidated ?? 0));
  expect(day.loads).toBeLessThan(now.loads * 0.6);
  for (const [index, real] of [hour, day].entries()) {
    const simulated = now.simulated[index] ?? { loads: 0, entries: 0 };
    expect(deviation(simulated.loads, real.loads)).toBeLessThan(0.05);
    expect(deviation(simulated.entries, real.misses)).toBeLessThan(0.05);
  }
}, 180_000);

test('with two processes the simulation reports no more savings than real, and most of them', async () => {
  const now = await runTraffic(minuteMs, [dayMs], 2);
  const day = await runTraffic(dayMs, [], 2);
  const simulated = now.simulated[0] ?? { loads: 0, entries: 0 };
  expect(simulated.entries).toBeGreaterThan(day.misses);
  expect(simulated.loads).toBeGreaterThan(day.loads);
  expect(now.loads - simulated.loads).toBeGreaterThan(0.7 * (now.loads - day.loads));
}, 180_000);
