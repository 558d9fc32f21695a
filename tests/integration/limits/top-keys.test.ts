import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createLimiter, type Limiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { createMemoryDriver } from '../../../packages/redis-tier/src/memory/index.ts';
import { connectForLimits } from '../../support/limits/connected.ts';

const limits = {
  default: { windows: { perMinute: 60, perHour: 1000 }, onOutage: 'local' },
  small: { windows: { perMinute: 5 }, onOutage: 'local' },
} as const;
type Name = keyof typeof limits;

let clients: Redis[];
beforeAll(async () => {
  clients = await Promise.all([1, 2].map(() => connectForLimits(inject('redisUrl'))));
});
afterAll(() => {
  for (const client of clients) client.disconnect();
});

describe.each(['a fleet', 'a fleet in memory', 'a single process'] as const)('the top keys of %s', (of) => {
  let limiters: Limiter<Name>[];
  let prefix: string;

  beforeEach(() => {
    prefix = `test-limits-${randomUUID().slice(0, 8)}`;
    const driver = createMemoryDriver();
    const servers = { 'a fleet': clients, 'a fleet in memory': [driver, driver], 'a single process': [null] }[
      of
    ];
    limiters = servers.map((redis) =>
      createLimiter({ redis, prefix, deadlineMs: 5000, limits, topKeys: true }),
    );
    return () => {
      for (const limiter of limiters) limiter.close();
    };
  });

  const first = (): Limiter<Name> => limiters[0] as Limiter<Name>;
  async function use(limit: Name, key: string, times: number): Promise<void> {
    for (const limiter of limiters)
      for (let i = 0; i < times / limiters.length; i++) await limiter.check({ limit, key });
    // A report flushes the counts of its process.
    await Promise.all(limiters.map((limiter) => limiter.topKeys()));
  }

  test('are those that use most, over all processes', async () => {
    await use('default', 'address 192.0.2.1', 20);
    await use('default', 'address 192.0.2.2', 40);
    await use('small', 'key with several words', 8);
    const { top } = await first().topKeys();
    expect(top).toEqual([
      { limit: 'default', key: 'address 192.0.2.2', units: 40, denied: 0 },
      { limit: 'default', key: 'address 192.0.2.1', units: 20, denied: 0 },
      { limit: 'small', key: 'key with several words', units: 5, denied: 3 },
    ]);
    expect((await first().topKeys(1)).top).toHaveLength(1);
  });

  test('include denied keys with their wait, until a reset or an override', async () => {
    await use('small', 'someone', 8);
    await use('small', 'another', 8);
    const { limited } = await first().topKeys();
    expect(limited.map(({ key }) => key).sort()).toEqual(['another', 'someone']);
    for (const { retryAfterMs } of limited) {
      expect(retryAfterMs).toBeGreaterThan(30_000);
      expect(retryAfterMs).toBeLessThanOrEqual(60_001);
    }
    await first().reset({ key: 'someone' });
    expect((await first().topKeys()).limited.map(({ key }) => key)).toEqual(['another']);
    await first().override({ limit: 'small', key: 'another', limits: { minute: 100 } });
    expect((await first().topKeys()).limited).toEqual([]);
  });

  test('leave no data without a TTL on the server', async () => {
    await use('small', 'someone', 8);
    const keys = await (clients[0] as Redis).keys(`${prefix}:r:{watch}*`);
    const ttls = await Promise.all(keys.map((key) => (clients[0] as Redis).pttl(key)));
    expect(ttls).toHaveLength(of === 'a fleet' ? 3 : 0);
    expect(ttls.every((ms) => ms > 0)).toBe(true);
  });
});

test('records no top keys without the option', async () => {
  const limiter = createLimiter({ redis: null, limits });
  await limiter.check({ limit: 'small', key: 'someone' });
  await expect(limiter.topKeys()).rejects.toThrow(RangeError);
});
