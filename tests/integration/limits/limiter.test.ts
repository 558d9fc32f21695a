import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createLimiter, type Decision, type Limiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { limitKeyDigest, limitRedisKey } from '../../../packages/redis-tier/src/limits/local/key-states.ts';
import { connectForLimits } from '../../support/limits/connected.ts';
import { inOneTurn } from '../../support/replaceable-timers.ts';

const prefix = `test-limits-${randomUUID().slice(0, 8)}`;
/** Long, because these tests need a server that responds, however busy the machine is. */
const deadlineMs = 5000;
const limits = {
  default: { windows: { perMinute: 60, perHour: 1000, perDay: 10_000 }, onOutage: 'local' },
  small: { windows: { perMinute: 5, perHour: 20, perDay: 100 }, onOutage: 'fail-closed' },
} as const;
type Name = keyof typeof limits;

let redis: Redis;
let limiter: Limiter<Name>;

beforeAll(async () => {
  redis = await connectForLimits(inject('redisUrl'));
  limiter = createLimiter({ redis, prefix, deadlineMs, limits });
});
afterAll(() => {
  limiter.close();
  redis.disconnect();
});

const newKey = (): string => `key-${randomUUID()}`;
const remaining = (decision: Decision): number[] => decision.perWindow.map((it) => it.remaining);

async function times<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  const results = [];
  for (let i = 0; i < count; i++) results.push(await work());
  return results;
}

describe('check', () => {
  test('returns every window of an allowed request', async () => {
    const decision = await limiter.check({ limit: 'default', key: newKey() });
    expect(decision).toMatchObject({ allowed: true, source: 'redis', exceededWindows: [], retryAfterMs: 0 });
    expect(decision.perWindow.map(({ name, seconds, limit }) => [name, seconds, limit])).toEqual([
      ['minute', 60, 60],
      ['hour', 3600, 1000],
      ['day', 86_400, 10_000],
    ]);
    expect(remaining(decision)).toEqual([59, 999, 9999]);
  });

  test('names the exceeded window and the wait, and consumes nothing in the others', async () => {
    const limitKey = newKey();
    await times(5, () => limiter.check({ limit: 'small', key: limitKey }));
    const denied = await limiter.check({ limit: 'small', key: limitKey });
    expect(denied).toMatchObject({ allowed: false, source: 'redis', exceededWindows: ['minute'] });
    expect(denied.retryAfterMs).toBeGreaterThan(30_000);
    expect(denied.retryAfterMs).toBeLessThanOrEqual(60_001);
    expect(remaining(await limiter.peek({ limit: 'small', key: limitKey }))).toEqual([0, 15, 95]);
  });

  test('admits 60 of 500 concurrent requests over several connections', async () => {
    const limitKey = newKey();
    const others = await Promise.all([1, 2, 3].map(() => connectForLimits(inject('redisUrl'))));
    const limiters = [
      limiter,
      ...others.map((client) => createLimiter({ redis: client, prefix, deadlineMs, limits })),
    ];
    const decisions = await Promise.all(
      Array.from({ length: 500 }, (_, i) => limiters[i % 4]?.check({ limit: 'default', key: limitKey })),
    );
    expect(decisions.filter((it) => it?.allowed)).toHaveLength(60);
    for (const it of limiters.slice(1)) it.close();
    for (const client of others) client.disconnect();
  });

  test('takes no tokens in advance: a client within its limit over four processes is never denied', async () => {
    const limitKey = newKey();
    const others = await Promise.all([1, 2, 3].map(() => connectForLimits(inject('redisUrl'))));
    const limiters = [
      limiter,
      ...others.map((client) => createLimiter({ redis: client, prefix, deadlineMs, limits })),
    ];
    for (let i = 0; i < 60; i++) {
      const decision = await limiters[i % 4]?.check({ limit: 'default', key: limitKey });
      expect(decision).toMatchObject({ allowed: true, source: 'redis' });
      expect(decision && remaining(decision)).toEqual([59 - i, 999 - i, 9999 - i]);
    }
    for (const it of limiters) {
      expect((await it.check({ limit: 'default', key: limitKey })).allowed).toBe(false);
    }
    for (const it of limiters.slice(1)) it.close();
    for (const client of others) client.disconnect();
  });

  test('rejects a cost above a limit, and a cost that is not a positive whole number', async () => {
    const limitKey = newKey();
    for (const cost of [61, 0, -1, 1.5, Number.NaN]) {
      await expect(limiter.check({ limit: 'default', key: limitKey, cost })).rejects.toThrow(RangeError);
    }
    expect(remaining(await limiter.peek({ limit: 'default', key: limitKey }))).toEqual([60, 1000, 10_000]);
  });

  test('counts limits and limit keys separately', async () => {
    const limitKey = newKey();
    await times(5, () => limiter.check({ limit: 'small', key: limitKey }));
    expect((await limiter.check({ limit: 'small', key: newKey() })).allowed).toBe(true);
    expect(remaining(await limiter.check({ limit: 'default', key: limitKey }))).toEqual([59, 999, 9999]);
  });

  test('writes neither limit keys nor data without a TTL to the server', async () => {
    const limitKey = newKey();
    await limiter.check({ limit: 'default', key: limitKey });
    const keys = await redis.keys(`${prefix}:r:*`);
    expect(keys).toContain(limitRedisKey(prefix, limitKeyDigest(limitKey), 'default'));
    expect(keys.filter((key) => key.includes(limitKey))).toEqual([]);
    const lives = await Promise.all(keys.map((key) => redis.pttl(key)));
    expect(lives.filter((ms) => ms <= 0)).toEqual([]);
  });
});

describe('checks of one turn of the event loop', () => {
  test('travel as one call, each with its own verdict', async () => {
    const before = limiter.statistics();
    const [full, fresh] = [newKey(), newKey()];
    const requests = [
      ...Array.from({ length: 7 }, () => ({ limit: 'small', key: full }) as const),
      ...Array.from({ length: 20 }, () => ({ limit: 'default', key: fresh }) as const),
    ];
    const decisions = await inOneTurn(() => Promise.all(requests.map((it) => limiter.check(it))));
    expect(decisions.filter((it) => it.allowed)).toHaveLength(25);
    expect(decisions.at(-1)?.perWindow.map((it) => it.remaining)).toEqual([40, 980, 9980]);
    const after = limiter.statistics();
    expect([after.calls - before.calls, after.checks - before.checks]).toEqual([1, 27]);
  });
});

describe('an operator', () => {
  test('can peek without consuming', async () => {
    const limitKey = newKey();
    await limiter.check({ limit: 'small', key: limitKey });
    const [first, second] = await times(2, () => limiter.peek({ limit: 'small', key: limitKey }));
    expect(first).toMatchObject({ allowed: true, source: 'redis' });
    expect(second && remaining(second)).toEqual([4, 19, 99]);
  });

  test('sees whether one more request would be denied', async () => {
    const limitKey = newKey();
    await times(5, () => limiter.check({ limit: 'small', key: limitKey }));
    const decision = await limiter.peek({ limit: 'small', key: limitKey });
    expect(decision).toMatchObject({ allowed: false, exceededWindows: ['minute'] });
    expect(decision.retryAfterMs).toBeGreaterThan(0);
  });

  test('can reset a key, for one limit or for all', async () => {
    const limitKey = newKey();
    const use = async () => [
      ...(await times(6, () => limiter.check({ limit: 'small', key: limitKey }))),
      ...(await times(2, () => limiter.check({ limit: 'default', key: limitKey }))),
    ];
    await use();
    await limiter.reset({ key: limitKey, limit: 'small' });
    expect((await limiter.check({ limit: 'small', key: limitKey })).allowed).toBe(true);
    expect(remaining(await limiter.peek({ limit: 'default', key: limitKey }))[0]).toBe(58);
    await limiter.reset({ key: limitKey });
    expect(remaining(await limiter.peek({ limit: 'default', key: limitKey }))[0]).toBe(60);
  });

  test('can override limits, which a reset keeps and an empty override removes', async () => {
    const limitKey = newKey();
    const limits = async () =>
      (await limiter.peek({ limit: 'small', key: limitKey })).perWindow.map((it) => it.limit);
    await limiter.check({ limit: 'small', key: limitKey });
    await limiter.override({ limit: 'small', key: limitKey, limits: { minute: 50, hour: 500 } });
    expect(await limits()).toEqual([50, 500, 100]);
    const decisions = await times(51, () => limiter.check({ limit: 'small', key: limitKey }));
    expect(decisions.filter((it) => it.allowed)).toHaveLength(49);
    await limiter.reset({ key: limitKey });
    expect(await limits()).toEqual([50, 500, 100]);
    expect((await limiter.check({ limit: 'small', key: limitKey, cost: 40 })).allowed).toBe(true);
    await limiter.override({ limit: 'small', key: limitKey, limits: {} });
    expect(await limits()).toEqual([5, 20, 100]);
    expect((await limiter.check({ limit: 'small', key: limitKey })).allowed).toBe(false);
  });

  test('sets overrides that do not expire, even when the key is used', async () => {
    const limitKey = newKey();
    await limiter.override({ limit: 'small', key: limitKey, limits: { minute: 50 } });
    await limiter.check({ limit: 'small', key: limitKey });
    const key = limitRedisKey(prefix, limitKeyDigest(limitKey), 'small');
    expect(await redis.pttl(key)).toBe(-1);
    await limiter.override({ limit: 'small', key: limitKey, limits: {} });
    expect(await redis.pttl(key)).toBeGreaterThan(0);
  });

  test('cannot override with an invalid limit', async () => {
    const limitKey = newKey();
    for (const limits of [{ minute: 0 }, { minute: 1.5 }, { week: 5 }]) {
      await expect(limiter.override({ limit: 'small', key: limitKey, limits })).rejects.toThrow(RangeError);
    }
  });
});

describe('without a server by design', () => {
  test('a process applies the full limits by itself', async () => {
    let nowMs = 1_000_000;
    const alone = createLimiter({
      redis: null,
      limits,
      clock: { nowMs: () => nowMs },
      fleetSize: () => 4,
    });
    const limitKey = newKey();
    const decisions = await times(6, () => alone.check({ limit: 'small', key: limitKey }));
    expect(decisions.map((it) => it.allowed)).toEqual([true, true, true, true, true, false]);
    expect(decisions.at(-1)).toMatchObject({
      source: 'local',
      exceededWindows: ['minute'],
      retryAfterMs: 60_001,
    });
    nowMs += 60_000;
    expect((await alone.check({ limit: 'small', key: limitKey })).allowed).toBe(false);
    nowMs += 1;
    expect((await alone.check({ limit: 'small', key: limitKey })).allowed).toBe(true);
    await alone.reset({ key: limitKey });
    await alone.override({ limit: 'small', key: limitKey, limits: { minute: 2 } });
    expect(
      (await times(3, () => alone.check({ limit: 'small', key: limitKey }))).map((it) => it.allowed),
    ).toEqual([true, true, false]);
  });
});

describe('statistics', () => {
  test('count decisions by source, and requests near a limit', async () => {
    const own = createLimiter({ redis, prefix, deadlineMs, limits });
    const limitKey = newKey();
    await times(8, () => own.check({ limit: 'small', key: limitKey }));
    const { small } = own.statistics().limits;
    expect(small).toEqual({
      unitsAllowed: 5,
      allowed: 5,
      denied: 3,
      deniedFromDenyCache: 2,
      local: 0,
      unavailable: 0,
      nearLimit: 1,
      exceededWindows: { minute: 3 },
    });
    own.close();
  });
});

describe('options', () => {
  test.each([
    ['no window', {}],
    ['a limit of zero', { perMinute: 0 }],
    ['a limit that is not a whole number', { perMinute: 1.5 }],
    ['a limit beyond sixteen million', { perMinute: 16_000_001 }],
    ['a window of zero length', [{ name: 'x', seconds: 0, limit: 1 }]],
    ['a window of more than fourteen days', [{ name: 'x', seconds: 1_209_601, limit: 1 }]],
    [
      'two windows of the same length',
      [
        { name: 'x', seconds: 1, limit: 1 },
        { name: 'y', seconds: 1, limit: 2 },
      ],
    ],
    [
      'two windows of the same name',
      [
        { name: 'x', seconds: 1, limit: 1 },
        { name: 'x', seconds: 2, limit: 2 },
      ],
    ],
    ['a name that is invalid in a header', [{ name: 'x"', seconds: 1, limit: 1 }]],
  ] as const)('reject %s', (_name, windows) => {
    expect(() => createLimiter({ redis: null, limits: { x: { windows, onOutage: 'local' } } })).toThrow(
      RangeError,
    );
  });
});
