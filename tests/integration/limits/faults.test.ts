import { randomUUID } from 'node:crypto';
import { type RedisServerProcess, startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { createLimiter, type Decision, type Limiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { connectForLimits } from '../../support/limits/connected.ts';

/** Short enough for a test to wait, and long enough for a working server on a busy machine, in ms. */
const deadlineMs = 1000;

const limits = {
  default: { windows: { perMinute: 60, perHour: 1000, perDay: 10_000 }, onOutage: 'local' },
  auth: { windows: { perMinute: 5, perHour: 20, perDay: 100 }, onOutage: 'fail-closed' },
} as const;

let server: RedisServerProcess;
let redis: Redis;
let limiter: Limiter<keyof typeof limits>;
let fleet: number;
/** The limiter's clock advances only when a test advances it. */
let nowMs: number;
let changes: { state: string; resolve: () => void }[];

/** Resolves when the limiter's circuit breaker has this state. */
function becomes(state: 'open' | 'closed'): Promise<void> {
  return new Promise((resolve) => changes.push({ state, resolve }));
}

beforeEach(async () => {
  server = await startRedisServer(inject('redisBinary'));
  redis = await connectForLimits(server.url);
  fleet = 1;
  nowMs = 1_000_000;
  changes = [];
  limiter = createLimiter({
    redis,
    limits,
    deadlineMs,
    fleetSize: () => fleet,
    clock: { nowMs: () => nowMs },
    onChange: (state) => {
      for (const it of changes) if (it.state === state) it.resolve();
    },
  });
});
afterEach(async () => {
  limiter.close();
  redis.disconnect();
  await server.close();
});

async function checks(limitKey: string, times: number): Promise<Decision[]> {
  return Promise.all(Array.from({ length: times }, () => limiter.check({ limit: 'default', key: limitKey })));
}

const allowedOf = (decisions: readonly Decision[]): number => decisions.filter((it) => it.allowed).length;
const remaining = async (limitKey: string): Promise<number | undefined> =>
  (await limiter.peek({ limit: 'default', key: limitKey })).perWindow[0]?.remaining;

describe('a frozen server', () => {
  test('costs the deadline once and then nothing, and limits include earlier admissions', async () => {
    const limitKey = randomUUID();
    await checks(limitKey, 40);
    // The server stays frozen until the end: a check that waited for it would never finish.
    server.freeze();
    const beganMs = performance.now();
    const first = await checks(limitKey, 100);
    expect(performance.now() - beganMs).toBeLessThan(10 * deadlineMs);
    expect(allowedOf(first)).toBe(20);
    const { calls } = limiter.statistics();
    const second = await checks(limitKey, 100);
    expect(second.every((it) => !it.allowed && it.source === 'local')).toBe(true);
    expect(limiter.statistics().calls, 'no further calls are sent').toBe(calls);
  });

  test('receives the local admissions afterwards, once', async () => {
    const [early, late] = [randomUUID(), randomUUID()];
    await checks(early, 40);
    server.freeze();
    await checks(early, 10);
    await checks(late, 7);
    const back = becomes('closed');
    server.thaw();
    await back;
    expect(await remaining(early)).toBe(10);
    expect(await remaining(late)).toBe(53);
    expect(limiter.statistics()).toMatchObject({ pendingConsumption: 0, lostConsumption: 0 });
  });

  test.each([
    ['', async () => {}],
    [', also if it has lost the script', () => redis.script('FLUSH')],
  ])('counts a check once whose reply is late%s', async (_, prepare) => {
    const limitKey = randomUUID();
    await checks(limitKey, 1);
    await prepare();
    const probe = vi.spyOn(redis, 'ping');
    server.freeze();
    await checks(limitKey, 1);
    // The reply to the check arrives together with that to the probe, which ends the outage.
    await until('a probe waits', () => probe.mock.calls.length > 0);
    const back = becomes('closed');
    server.thaw();
    await back;
    expect(await remaining(limitKey)).toBe(58);
    expect(limiter.statistics()).toMatchObject({ pendingConsumption: 0, lostConsumption: 0 });
  });

  test('does not get an override again that has failed, when it has lost the script', async () => {
    const limitKey = randomUUID();
    const override = { limit: 'default', key: limitKey } as const;
    await limiter.override({ ...override, limits: { minute: 30 } });
    expect(await remaining(limitKey)).toBe(30);
    await redis.script('FLUSH');
    server.freeze();
    await expect(limiter.override({ ...override, limits: { minute: 5 } })).rejects.toThrow('no reply');
    const back = becomes('closed');
    server.thaw();
    await back;
    // Commands that were sent before this one have been answered.
    expect(await remaining(limitKey)).toBe(30);
    expect(await remaining(limitKey)).toBe(30);
  });

  test('leaves at most one pending consumption per second and key', async () => {
    const limitKey = randomUUID();
    server.freeze();
    await checks(limitKey, 1);
    const before = limiter.statistics().pendingConsumption;
    const beganMs = nowMs;
    for (const second of [0, 0, 0, 1, 1, 2]) {
      nowMs = beganMs + second * 1000;
      await checks(limitKey, 5);
    }
    expect(limiter.statistics().pendingConsumption - before).toBe(3);
    const back = becomes('closed');
    server.thaw();
    await back;
    expect(await remaining(limitKey)).toBe(60 - 31);
  });

  test('denies closed limits as an outage', async () => {
    const limitKey = randomUUID();
    for (let i = 0; i < 6; i++) await limiter.check({ limit: 'auth', key: limitKey });
    server.freeze();
    await checks(randomUUID(), 1);
    const decision = await limiter.check({ limit: 'auth', key: limitKey });
    expect(decision).toMatchObject({ allowed: false, outage: true, source: 'outage', exceededWindows: [] });
  });

  test('limits each process of a fleet to its share', async () => {
    fleet = 4;
    server.freeze();
    expect(allowedOf(await checks(randomUUID(), 100))).toBe(15);
  });
});

describe('a fleet', () => {
  test('counts its processes, and shares the limits by the last count during an outage', async () => {
    const counting = { limits, deadlineMs, prefix: 'fleet', fleetIntervalMs: 200 } as const;
    const clients = await Promise.all([1, 2, 3].map(() => connectForLimits(server.url)));
    const limiters = clients.map((client) => createLimiter({ ...counting, redis: client }));
    const fourth = createLimiter({ ...counting, redis });
    const counts = () => limiters.map((it) => it.statistics().fleetSize);
    const all = (size: number) => (found: number[]) => found.every((one) => one === size);
    await until('all count four', counts, all(4));
    fourth.close();
    await until('all count three', counts, all(3));
    server.freeze();
    const limitKey = randomUUID();
    const decisions = await Promise.all(
      Array.from({ length: 150 }, (_, i) => limiters[i % 3]?.check({ limit: 'default', key: limitKey })),
    );
    expect(decisions.filter((it) => it?.allowed)).toHaveLength(60);
    for (const it of limiters) it.close();
    for (const client of clients) client.disconnect();
  });
});

describe('a server that dies', () => {
  test('leaves the limits to this process, and receives its admissions after the restart', async () => {
    const limitKey = randomUUID();
    await checks(limitKey, 40);
    const lost = becomes('open');
    await server.kill();
    await lost;
    expect(allowedOf(await checks(limitKey, 100))).toBe(20);
    const back = becomes('closed');
    await server.start();
    await back;
    // The data from before the crash is lost; the twenty units admitted since then are not.
    expect(await remaining(limitKey)).toBe(40);
  });
});

describe('a full server that does not evict', () => {
  beforeEach(async () => {
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    await redis.config('SET', 'maxmemory', '1');
  });

  test('denies closed limits and leaves the others to this process', async () => {
    const limitKey = randomUUID();
    expect(await limiter.check({ limit: 'auth', key: limitKey })).toMatchObject({
      allowed: false,
      outage: true,
    });
    expect(allowedOf(await checks(limitKey, 100))).toBe(60);
    expect(limiter.statistics().errors).toBeGreaterThan(0);
  });

  test('receives the local admissions as soon as it has memory again', async () => {
    const limitKey = randomUUID();
    await checks(limitKey, 30);
    // The server answers reads, so a report is attempted; it fails and loses nothing.
    await remaining(limitKey);
    await until('a consumption is pending', () => limiter.statistics().pendingConsumption === 1);
    await redis.config('SET', 'maxmemory', '0');
    nowMs += 1000;
    await remaining(limitKey);
    await until('the server has the admissions', async () => (await remaining(limitKey)) === 30);
  });
});

describe('a server that lost its data and scripts', () => {
  test('is used as before after FLUSHALL and SCRIPT FLUSH', async () => {
    const limitKey = randomUUID();
    await checks(limitKey, 10);
    await redis.flushall();
    await redis.script('FLUSH');
    const [decision] = await checks(limitKey, 1);
    expect(decision).toMatchObject({ allowed: true, source: 'redis' });
    expect(limiter.state).toBe('redis');
  });
});
