import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createLimiter, type Limiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { connectForLimits } from '../../support/limits/connected.ts';

const prefix = `test-limits-${randomUUID().slice(0, 8)}`;
/** These tests are of a server that answers, however busy the machine is. */
const deadlineMs = 5000;
const limits = {
  costly: { windows: { perMinute: 100, perHour: 1000 }, onOutage: 'local' },
  alike: { windows: { perMinute: 100, perHour: 1000 }, onOutage: 'local' },
  short: { windows: [{ name: 'second', seconds: 1, limit: 3 }], onOutage: 'local' },
} as const;

let redis: Redis;
let limiter: Limiter<keyof typeof limits>;
/** The limiter's clock stands still unless a test puts it forward. */
let nowMs = 1_000_000;
let subject: string;

beforeAll(async () => {
  redis = await connectForLimits(inject('redisUrl'));
  limiter = createLimiter({
    redis,
    prefix,
    deadlineMs,
    limits,
    clock: { nowMs: () => nowMs },
  });
});
afterAll(() => {
  limiter.close();
  redis.disconnect();
});
beforeEach(async () => {
  subject = randomUUID();
  // 10 of 100 are left, and a cost of 20 has been refused.
  for (const cost of [90, 20]) await limiter.check({ limit: 'costly', key: subject, cost });
});

const check = async (cost: number) => limiter.check({ limit: 'costly', key: subject, cost });

describe('a refusal that is remembered', () => {
  test('covers the same and a higher cost without the server, and no lower one', async () => {
    const { calls } = limiter.statistics();
    expect(await check(20)).toMatchObject({
      allowed: false,
      source: 'deny-cache',
      exceededWindows: ['minute'],
    });
    expect(await check(30)).toMatchObject({ allowed: false, source: 'deny-cache' });
    expect(limiter.statistics().calls).toBe(calls);
    expect(await check(10)).toMatchObject({ allowed: true, source: 'redis' });
  });

  test('covers no other subject and no other resource', async () => {
    expect(await limiter.check({ limit: 'costly', key: randomUUID(), cost: 20 })).toMatchObject({
      source: 'redis',
    });
    expect(await limiter.check({ limit: 'alike', key: subject, cost: 20 })).toMatchObject({
      source: 'redis',
    });
  });

  test('tells the wait that is left', async () => {
    const before = await check(20);
    nowMs += 1500;
    const after = await check(20);
    expect(after.source).toBe('deny-cache');
    expect(before.retryAfterMs - after.retryAfterMs).toBe(1500);
  });

  test('is held for five seconds at the most', async () => {
    nowMs += 4999;
    expect((await check(20)).source).toBe('deny-cache');
    nowMs += 1;
    expect((await check(20)).source).toBe('redis');
  });

  test('ends with the wait when that is shorter', async () => {
    const short = async () => limiter.check({ limit: 'short', key: subject });
    // At once: its window ends by the server's time.
    const [, , , refused] = await Promise.all([short(), short(), short(), short()]);
    expect(refused).toMatchObject({ allowed: false, source: 'redis' });
    nowMs += refused.retryAfterMs - 1;
    expect((await short()).source).toBe('deny-cache');
    nowMs += 1;
    expect((await short()).source).toBe('redis');
  });

  test('counts from the sending, however late the reply', async () => {
    // Sent at the end of its turn, since no call was made in the last two milliseconds.
    await new Promise((over) => setTimeout(over, 5));
    const asked = check(15);
    await new Promise((sent) => setImmediate(sent));
    nowMs += 3000;
    expect(await asked).toMatchObject({ allowed: false, source: 'redis' });
    expect((await check(15)).source).toBe('deny-cache');
    nowMs += 2000;
    expect((await check(15)).source).toBe('redis');
  });

  test('is dropped by a reset', async () => {
    await limiter.reset({ key: subject });
    expect(await check(20)).toMatchObject({ allowed: true, source: 'redis' });
  });

  test('is dropped by an override', async () => {
    await limiter.override({ limit: 'costly', key: subject, limits: { minute: 200 } });
    expect(await check(20)).toMatchObject({ allowed: true, source: 'redis' });
  });

  test('is dropped by a reset also when it was under way', async () => {
    await new Promise((over) => setTimeout(over, 5));
    const underWay = check(15);
    await new Promise((sent) => setImmediate(sent));
    await Promise.all([underWay, limiter.reset({ key: subject })]);
    expect(await underWay).toMatchObject({ allowed: false, source: 'redis' });
    expect(await check(15)).toMatchObject({ allowed: true, source: 'redis' });
  });
});
