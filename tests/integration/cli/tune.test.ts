/**
 * The recommendation of `tune` for a shop with low traffic, and its accuracy: the same simulated day of clients runs
 * through the app twice, on a real Redis, with the simulated clock.
 */
import { until } from '@bookedbarber/redis-tier/testing';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { bookedbarber, type CommandResult } from '../../support/bookedbarber.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { ownPrefix } from '../../support/redis-tier/cache-bench.ts';
import { testOperatorToken } from '../../support/server.ts';
import { makeShop } from '../../support/shop-fixture.ts';

const beginMs = Date.parse('2026-11-23T08:00:00Z');
const clientCount = 32;

type Figures = {
  ttl_seconds: number;
  hit_rate: number;
  loads_per_hour: number;
  loads_saved_per_hour: number;
};
type TuneResult = {
  settings: string[];
  policies: {
    policy: string;
    measured_seconds: number;
    entries_loaded: { uncached: number };
    now: Figures;
    longer_ttls: Figures[];
    recommended_ttl_seconds: number | null;
    reason: string;
  }[];
};

/** Every 15 minutes a client requests a week of availability three times, 20 s apart. Every fourth client books. */
async function simulateDay(app: InProcess): Promise<void> {
  const { cache } = app.context;
  const bookingsStatistics = () => cache.statistics().policies['bookings'];
  await until('invalidation tracking is connected', () => cache.statistics().local.trackingConnected);
  const { shop, services } = await makeShop(app.asOperator, { shop: { zone: 'UTC' } });
  const path = `/api/v1/shops/${shop.slug}`;
  const week = `${path}/availability?segment=${services[0]?.id}:any&from=2026-11-24&days=7`;
  for (let client = 0; client < clientCount; client++) {
    for (let request = 0; request < 3; request++) {
      app.clock.set(new Date(beginMs + client * 900_000 + request * 20_000).toISOString());
      const before = bookingsStatistics();
      expect((await app.asGuest('GET', week)).status).toBe(200);
      // A slow machine may fail to store an entry, which is then loaded again.
      const settled = () => {
        const after = bookingsStatistics();
        const isStored = after?.bytesStored !== before?.bytesStored;
        return (
          isStored ||
          after?.timing.causes.uncached !== before?.timing.causes.uncached ||
          after?.storeRejections !== before?.storeRejections
        );
      };
      if (bookingsStatistics()?.misses !== before?.misses) await until('the entry is stored', settled);
    }
    if (client % 4 > 0) continue;
    const booking = client / 4;
    const booked = await app.asGuest('POST', `${path}/bookings`, {
      segments: [{ service_id: services[0]?.id }],
      start: `2026-11-${24 + (booking % 7)}T${10 + Math.floor(booking / 7)}:00:00Z`,
      client: { name: 'Zoë', email: 'zoe@example.com' },
    });
    expect(booked.status).toBe(201);
  }
}

async function simulateAndTune(env: Record<string, string> = {}) {
  const app = await startInProcess(new Date(beginMs).toISOString(), {
    REDIS_URL: inject('redisUrl'),
    REDIS_KEY_PREFIX: ownPrefix(),
    CACHE_CLOCK: 'parent',
    ...env,
  });
  try {
    await simulateDay(app);
    const tune = (args: string[], columns?: number): Promise<CommandResult> => {
      let stdout = '';
      const sink = { write: (text: string) => (stdout += text), columns };
      return bookedbarber(
        { url: 'http://shop.example', operatorToken: testOperatorToken },
        ['tune', ...args],
        {
          fetch: fetchInto(app),
          ...(columns === undefined ? {} : { stdout: sink as never }),
        },
      ).then((result) => (columns === undefined ? result : { ...result, stdout }));
    };
    const { code, stdout } = await tune(['--json']);
    expect(code).toBe(0);
    const json: TuneResult = JSON.parse(stdout);
    const bookings = json.policies.find(({ policy }) => policy === 'bookings');
    if (bookings === undefined) throw new Error('the result has no policy for bookings');
    return { json, bookings, text: await tune([]), narrow: await tune([], 60) };
  } finally {
    await app.close();
  }
}

/** Sends requests of the command directly to the app. */
function fetchInto({ app }: InProcess): typeof fetch {
  return async (input, init) => {
    const { pathname, search } = new URL(String(input));
    const headers = Object.fromEntries(new Headers(init?.headers));
    const reply = await app.inject({ method: 'GET', url: pathname + search, headers });
    return new Response(reply.body, {
      status: reply.statusCode,
      headers: { 'content-type': 'application/json' },
    });
  };
}

let now: Awaited<ReturnType<typeof simulateAndTune>>;
beforeAll(async () => {
  // TTLs are randomized. With about twenty loads this would dominate the result, so all TTLs use the middle value.
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  now = await simulateAndTune();
}, 180_000);
afterAll(() => {
  vi.restoreAllMocks();
});

test('it shows the savings and the risk of a longer TTL for the bookings of a shop with low traffic', () => {
  const { json, bookings, text } = now;
  expect(bookings.now).toMatchObject({ ttl_seconds: 60 });
  expect(bookings.recommended_ttl_seconds).toBeGreaterThanOrEqual(3600);
  expect(json.settings).toContain(`CACHE_TTL_BOOKINGS=${bookings.recommended_ttl_seconds}`);
  expect(text.code).toBe(0);
  expect(text.stdout).toMatch(/^bookings {2}CACHE_TTL_BOOKINGS=60 {2}measured for 7 h 4\d min$/m);
  expect(text.stdout).toMatch(/^ {2}>.* \d h /m);
  expect(text.stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /Set \d+ h: it saves [\d.]+ loads a day, and raises the hit rate from [\d.]+ % to [\d.]+ %\..* Risk: changes that bypass the server, .* become visible after up to \d+ h instead of 60 s; memory \+/,
  );
  expect(text.stdout).toContain(`Settings\n  CACHE_TTL_BOOKINGS=${bookings.recommended_ttl_seconds}\n`);
});

test('the output fits into a narrow terminal', () => {
  const lines = now.narrow.stdout.split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
});

test('the estimate for a TTL is accurate to 5 % or one load', async () => {
  const seconds = now.bookings.recommended_ttl_seconds ?? 0;
  const estimate = now.bookings.longer_ttls.find(({ ttl_seconds }) => ttl_seconds === seconds);
  const later = await simulateAndTune({ CACHE_TTL_BOOKINGS: String(seconds) });
  const measured = later.bookings.now;
  const hours = later.bookings.measured_seconds / 3600;
  // On a slow machine, some loads bypass Redis in either run.
  const uncached = now.bookings.entries_loaded.uncached + later.bookings.entries_loaded.uncached;
  const tolerance = Math.max(0.05 * measured.loads_per_hour, 1 / hours) + uncached / hours;
  expect(Math.abs((estimate?.loads_per_hour ?? 0) - measured.loads_per_hour)).toBeLessThanOrEqual(
    tolerance + 1e-9,
  );
  expect(Math.abs((estimate?.hit_rate ?? 0) - measured.hit_rate)).toBeLessThan(0.05);
  expect(measured.loads_per_hour).toBeLessThan(0.6 * now.bookings.now.loads_per_hour);
  expect(later.bookings.recommended_ttl_seconds).toBeNull();
}, 180_000);
