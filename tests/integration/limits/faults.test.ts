import { randomUUID } from 'node:crypto';
import { type RedisServerProcess, startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createLimiter, type Decision, type Limiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { connectForLimits } from '../../support/limits/connected.ts';

/** Short enough to be waited for, and long enough for a server that works on a busy machine, in ms. */
const deadlineMs = 1000;

const limits = {
  default: { windows: { perMinute: 60, perHour: 1000, perDay: 10_000 }, onOutage: 'local' },
  auth: { windows: { perMinute: 5, perHour: 20, perDay: 100 }, onOutage: 'closed' },
} as const;

let server: RedisServerProcess;
let redis: Redis;
let limiter: Limiter<keyof typeof limits>;
let fleet: number;
/** The limiter's clock stands still unless a test puts it forward. */
let nowMs: number;
let changes: { state: string; heard: () => void }[];

/** Resolves when the limiter hears that its server is lost (open) or back (closed). */
function becomes(state: 'open' | 'closed'): Promise<void> {
  return new Promise((heard) => changes.push({ state, heard }));
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
      for (const it of changes) if (it.state === state) it.heard();
    },
  });
});
afterEach(async () => {
  limiter.close();
  redis.disconnect();
  await server.close();
});

async function checks(subject: string, times: number): Promise<Decision[]> {
  return Promise.all(Array.from({ length: times }, () => limiter.check({ limit: 'default', key: subject })));
}

const allowedOf = (decisions: readonly Decision[]): number => decisions.filter((it) => it.allowed).length;
const remaining = async (subject: string): Promise<number | undefined> =>
  (await limiter.peek({ limit: 'default', key: subject })).perWindow[0]?.remaining;

describe('a frozen server', () => {
  test('costs the deadline once and then nothing, and limits hold with what was admitted before', async () => {
    const subject = randomUUID();
    await checks(subject, 40);
    // It stays frozen until the end: whoever waited for it would wait for ever.
    server.freeze();
    const beganMs = performance.now();
    const first = await checks(subject, 100);
    expect(performance.now() - beganMs).toBeLessThan(10 * deadlineMs);
    expect(allowedOf(first)).toBe(20);
    const { calls } = limiter.statistics();
    const second = await checks(subject, 100);
    expect(second.every((it) => !it.allowed && it.source === 'local')).toBe(true);
    expect(limiter.statistics().calls, 'nothing is asked of it any more').toBe(calls);
  });

  test('is told afterwards what was admitted meanwhile, once', async () => {
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

  test('leaves no more to be told than a charge a second for each subject', async () => {
    const subject = randomUUID();
    server.freeze();
    await checks(subject, 1);
    const before = limiter.statistics().pendingConsumption;
    const beganMs = nowMs;
    for (const second of [0, 0, 0, 1, 1, 2]) {
      nowMs = beganMs + second * 1000;
      await checks(subject, 5);
    }
    expect(limiter.statistics().pendingConsumption - before).toBe(3);
    const back = becomes('closed');
    server.thaw();
    await back;
    expect(await remaining(subject)).toBe(60 - 31);
  });

  test('closes what may not be decided without it: an outage, not a refusal', async () => {
    const subject = randomUUID();
    for (let i = 0; i < 6; i++) await limiter.check({ limit: 'auth', key: subject });
    server.freeze();
    await checks(randomUUID(), 1);
    const decision = await limiter.check({ limit: 'auth', key: subject });
    expect(decision).toMatchObject({ allowed: false, outage: true, source: 'outage', exceededWindows: [] });
  });

  test('leaves each process of a fleet its share', async () => {
    fleet = 4;
    server.freeze();
    expect(allowedOf(await checks(randomUUID(), 100))).toBe(15);
  });
});

describe('a fleet', () => {
  test('counts who is there, and shares the limits by the last count when the server is lost', async () => {
    const counting = { limits, deadlineMs, prefix: 'fleet', fleetIntervalMs: 200 } as const;
    const clients = await Promise.all([1, 2, 3].map(() => connectForLimits(server.url)));
    const limiters = clients.map((client) => createLimiter({ ...counting, redis: client }));
    const gone = createLimiter({ ...counting, redis });
    const counts = () => limiters.map((it) => it.statistics().fleetSize);
    const all = (size: number) => (found: number[]) => found.every((one) => one === size);
    await until('all count four', counts, all(4));
    gone.close();
    await until('all count three', counts, all(3));
    server.freeze();
    const subject = randomUUID();
    const decisions = await Promise.all(
      Array.from({ length: 150 }, (_, i) => limiters[i % 3]?.check({ limit: 'default', key: subject })),
    );
    expect(decisions.filter((it) => it?.allowed)).toHaveLength(60);
    for (const it of limiters) it.close();
    for (const client of clients) client.disconnect();
  });
});

describe('a server that dies', () => {
  test('leaves the limits to this process, and comes back to all that was admitted without it', async () => {
    const subject = randomUUID();
    await checks(subject, 40);
    const lost = becomes('open');
    await server.kill();
    await lost;
    expect(allowedOf(await checks(subject, 100))).toBe(20);
    const back = becomes('closed');
    await server.start();
    await back;
    // What it had before it died is lost; the twenty since are not.
    expect(await remaining(subject)).toBe(40);
  });
});

describe('a full server that does not evict', () => {
  beforeEach(async () => {
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    await redis.config('SET', 'maxmemory', '1');
  });

  test('closes auth and leaves the rest to this process', async () => {
    const subject = randomUUID();
    expect(await limiter.check({ limit: 'auth', key: subject })).toMatchObject({
      allowed: false,
      outage: true,
    });
    expect(allowedOf(await checks(subject, 100))).toBe(60);
    expect(limiter.statistics().errors).toBeGreaterThan(0);
  });

  test('is told what was admitted as soon as it has room', async () => {
    const subject = randomUUID();
    await checks(subject, 30);
    // It answers questions, so it is tried, in vain, and nothing is lost by that.
    await remaining(subject);
    await until('a charge waits', () => limiter.statistics().pendingConsumption === 1);
    await redis.config('SET', 'maxmemory', '0');
    nowMs += 1000;
    await remaining(subject);
    await until('it knows', async () => (await remaining(subject)) === 30);
  });
});

describe('a server that forgot', () => {
  test('is asked as before after FLUSHALL and SCRIPT FLUSH', async () => {
    const subject = randomUUID();
    await checks(subject, 10);
    await redis.flushall();
    await redis.script('FLUSH');
    const [decision] = await checks(subject, 1);
    expect(decision).toMatchObject({ allowed: true, source: 'redis' });
    expect(limiter.state).toBe('redis');
  });
});
