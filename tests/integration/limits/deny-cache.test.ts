import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createLimiter, type Limiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { connectForLimits } from '../../support/limits/connected.ts';

const prefix = `test-limits-${randomUUID().slice(0, 8)}`;
/** Long, because these tests need a server that responds, however busy the machine is. */
const deadlineMs = 5000;
const limits = {
  costly: { windows: { perMinute: 100, perHour: 1000 }, onOutage: 'local' },
  alike: { windows: { perMinute: 100, perHour: 1000 }, onOutage: 'local' },
  short: { windows: [{ name: 'second', seconds: 1, limit: 3 }], onOutage: 'local' },
} as const;

let redis: Redis;
let limiter: Limiter<keyof typeof limits>;
/** The limiter's clock advances only when a test advances it. */
let nowMs = 1_000_000;
let limitKey: string;

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
  limitKey = randomUUID();
  // 10 of 100 are left, and a cost of 20 has been denied.
  for (const cost of [90, 20]) await limiter.check({ limit: 'costly', key: limitKey, cost });
});

const check = async (cost: number) => limiter.check({ limit: 'costly', key: limitKey, cost });

describe('a cached denial', () => {
  test('covers the same and higher costs without the server, and no lower cost', async () => {
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

  test('covers no other key and no other limit', async () => {
    expect(await limiter.check({ limit: 'costly', key: randomUUID(), cost: 20 })).toMatchObject({
      source: 'redis',
    });
    expect(await limiter.check({ limit: 'alike', key: limitKey, cost: 20 })).toMatchObject({
      source: 'redis',
    });
  });

  test('reports the remaining wait', async () => {
    const before = await check(20);
    nowMs += 1500;
    const after = await check(20);
    expect(after.source).toBe('deny-cache');
    expect(before.retryAfterMs - after.retryAfterMs).toBe(1500);
  });

  test('is kept for at most five seconds', async () => {
    nowMs += 4999;
    expect((await check(20)).source).toBe('deny-cache');
    nowMs += 1;
    expect((await check(20)).source).toBe('redis');
  });

  test('expires with a shorter wait', async () => {
    const short = async () => limiter.check({ limit: 'short', key: limitKey });
    // Concurrent, because the window ends by the server's time.
    const [, , , denied] = await Promise.all([short(), short(), short(), short()]);
    expect(denied).toMatchObject({ allowed: false, source: 'redis' });
    nowMs += denied.retryAfterMs - 1;
    expect((await short()).source).toBe('deny-cache');
    nowMs += 1;
    expect((await short()).source).toBe('redis');
  });

  test('counts from the send time, however late the reply', async () => {
    // The check is sent at the end of this turn, because no call was made in the last two milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const pending = check(15);
    await new Promise((resolve) => setImmediate(resolve));
    nowMs += 3000;
    expect(await pending).toMatchObject({ allowed: false, source: 'redis' });
    expect((await check(15)).source).toBe('deny-cache');
    nowMs += 2000;
    expect((await check(15)).source).toBe('redis');
  });

  test('is dropped by a reset', async () => {
    await limiter.reset({ key: limitKey });
    expect(await check(20)).toMatchObject({ allowed: true, source: 'redis' });
  });

  test('is dropped by an override', async () => {
    await limiter.override({ limit: 'costly', key: limitKey, limits: { minute: 200 } });
    expect(await check(20)).toMatchObject({ allowed: true, source: 'redis' });
  });

  test('is dropped by a reset even if its check was in flight', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const pending = check(15);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([pending, limiter.reset({ key: limitKey })]);
    expect(await pending).toMatchObject({ allowed: false, source: 'redis' });
    expect(await check(15)).toMatchObject({ allowed: true, source: 'redis' });
  });
});
