import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createLimiter, type Limiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { connectForLimits } from './connected.ts';

const prefix = `test-limits-${randomUUID().slice(0, 8)}`;
const resources = {
  default: { windows: { perMinute: 60, perHour: 1000, perDay: 10_000 }, onOutage: 'local' },
  small: { windows: { perMinute: 5, perHour: 20, perDay: 100 }, onOutage: 'closed' },
} as const;
type Name = keyof typeof resources;

let redis: Redis;
let limiter: Limiter<Name>;

beforeAll(async () => {
  redis = await connectForLimits(inject('redisUrl'));
  limiter = createLimiter({ redis, prefix, resources });
});
afterAll(() => {
  limiter.close();
  redis.disconnect();
});

const anyone = (): string => `subject-${randomUUID()}`;

describe('check', () => {
  test('tells every window of an allowed request', async () => {
    const decision = await limiter.check({ resource: 'default', subject: anyone() });
    expect(decision).toMatchObject({ allowed: true, source: 'redis', violated: [], retryAfterMs: 0 });
    expect(decision.perWindow.map(({ name, limit, remaining }) => [name, limit, remaining])).toEqual([
      ['minute', 60, 59],
      ['hour', 1000, 999],
      ['day', 10_000, 9999],
    ]);
  });

  test('names the violated window and the wait, and consumes nothing in the others', async () => {
    const subject = anyone();
    for (let i = 0; i < 5; i++) await limiter.check({ resource: 'small', subject });
    const refused = await limiter.check({ resource: 'small', subject });
    expect(refused).toMatchObject({ allowed: false, source: 'redis', violated: ['minute'] });
    expect(refused.retryAfterMs).toBeGreaterThan(55_000);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(60_001);
    const after = await limiter.peek({ resource: 'small', subject });
    expect(after.perWindow.map((it) => it.remaining)).toEqual([0, 15, 95]);
  });

  test('admits 60 of 500 that come at once over several connections', async () => {
    const subject = anyone();
    const others = await Promise.all([1, 2, 3].map(() => connectForLimits(inject('redisUrl'))));
    const limiters = [
      limiter,
      ...others.map((client) => createLimiter({ redis: client, prefix, resources })),
    ];
    const decisions = await Promise.all(
      Array.from({ length: 500 }, (_, i) => limiters[i % 4]?.check({ resource: 'default', subject })),
    );
    expect(decisions.filter((it) => it?.allowed)).toHaveLength(60);
    for (const it of limiters.slice(1)) it.close();
    for (const client of others) client.disconnect();
  });
});
