import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createLimiter, type Decision, type Limiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { limitKeyDigest, limitRedisKey } from '../../../packages/redis-tier/src/limits/local/key-states.ts';
import { connectForLimits } from '../../support/limits/connected.ts';

const prefix = `test-limits-${randomUUID().slice(0, 8)}`;
/** These tests are of a server that answers, however busy the machine is. */
const deadlineMs = 5000;
const limits = {
  default: { windows: { perMinute: 60, perHour: 1000, perDay: 10_000 }, onOutage: 'local' },
  small: { windows: { perMinute: 5, perHour: 20, perDay: 100 }, onOutage: 'closed' },
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

const anyone = (): string => `subject-${randomUUID()}`;
const remaining = (decision: Decision): number[] => decision.perWindow.map((it) => it.remaining);

async function times<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  const results = [];
  for (let i = 0; i < count; i++) results.push(await work());
  return results;
}

describe('check', () => {
  test('tells every window of an allowed request', async () => {
    const decision = await limiter.check({ limit: 'default', key: anyone() });
    expect(decision).toMatchObject({ allowed: true, source: 'redis', exceededWindows: [], retryAfterMs: 0 });
    expect(decision.perWindow.map(({ name, seconds, limit }) => [name, seconds, limit])).toEqual([
      ['minute', 60, 60],
      ['hour', 3600, 1000],
      ['day', 86_400, 10_000],
    ]);
    expect(remaining(decision)).toEqual([59, 999, 9999]);
  });

  test('names the violated window and the wait, and consumes nothing in the others', async () => {
    const subject = anyone();
    await times(5, () => limiter.check({ limit: 'small', key: subject }));
    const refused = await limiter.check({ limit: 'small', key: subject });
    expect(refused).toMatchObject({ allowed: false, source: 'redis', exceededWindows: ['minute'] });
    expect(refused.retryAfterMs).toBeGreaterThan(30_000);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(60_001);
    expect(remaining(await limiter.peek({ limit: 'small', key: subject }))).toEqual([0, 15, 95]);
  });

  test('admits 60 of 500 that come at once over several connections', async () => {
    const subject = anyone();
    const others = await Promise.all([1, 2, 3].map(() => connectForLimits(inject('redisUrl'))));
    const limiters = [
      limiter,
      ...others.map((client) => createLimiter({ redis: client, prefix, deadlineMs, limits })),
    ];
    const decisions = await Promise.all(
      Array.from({ length: 500 }, (_, i) => limiters[i % 4]?.check({ limit: 'default', key: subject })),
    );
    expect(decisions.filter((it) => it?.allowed)).toHaveLength(60);
    for (const it of limiters.slice(1)) it.close();
    for (const client of others) client.disconnect();
  });

  test('takes nothing ahead: a client that keeps to its limit over four processes is never refused', async () => {
    const subject = anyone();
    const others = await Promise.all([1, 2, 3].map(() => connectForLimits(inject('redisUrl'))));
    const limiters = [
      limiter,
      ...others.map((client) => createLimiter({ redis: client, prefix, deadlineMs, limits })),
    ];
    for (let i = 0; i < 60; i++) {
      const decision = await limiters[i % 4]?.check({ limit: 'default', key: subject });
      expect(decision).toMatchObject({ allowed: true, source: 'redis' });
      expect(decision && remaining(decision)).toEqual([59 - i, 999 - i, 9999 - i]);
    }
    for (const it of limiters) {
      expect((await it.check({ limit: 'default', key: subject })).allowed).toBe(false);
    }
    for (const it of limiters.slice(1)) it.close();
    for (const client of others) client.disconnect();
  });

  test('refuses a cost above a limit as an error, and what is no cost', async () => {
    const subject = anyone();
    for (const cost of [61, 0, -1, 1.5, Number.NaN]) {
      await expect(limiter.check({ limit: 'default', key: subject, cost })).rejects.toThrow(RangeError);
    }
    expect(remaining(await limiter.peek({ limit: 'default', key: subject }))).toEqual([60, 1000, 10_000]);
  });

  test('keeps subjects and resources apart', async () => {
    const subject = anyone();
    await times(5, () => limiter.check({ limit: 'small', key: subject }));
    expect((await limiter.check({ limit: 'small', key: anyone() })).allowed).toBe(true);
    expect(remaining(await limiter.check({ limit: 'default', key: subject }))).toEqual([59, 999, 9999]);
  });

  test('writes neither subjects nor anything without an end into the server', async () => {
    const subject = anyone();
    await limiter.check({ limit: 'default', key: subject });
    const keys = await redis.keys(`${prefix}:r:*`);
    expect(keys).toContain(limitRedisKey(prefix, limitKeyDigest(subject), 'default'));
    expect(keys.filter((key) => key.includes(subject))).toEqual([]);
    const lives = await Promise.all(keys.map((key) => redis.pttl(key)));
    expect(lives.filter((ms) => ms <= 0)).toEqual([]);
  });
});

describe('checks of one turn of the event loop', () => {
  test('travel as one call, each with its own verdict', async () => {
    const before = limiter.statistics();
    const [full, fresh] = [anyone(), anyone()];
    const asked = [
      ...Array.from({ length: 7 }, () => ({ limit: 'small', key: full }) as const),
      ...Array.from({ length: 20 }, () => ({ limit: 'default', key: fresh }) as const),
    ];
    const decisions = await Promise.all(asked.map((it) => limiter.check(it)));
    expect(decisions.filter((it) => it.allowed)).toHaveLength(25);
    expect(decisions.at(-1)?.perWindow.map((it) => it.remaining)).toEqual([40, 980, 9980]);
    const after = limiter.statistics();
    expect([after.calls - before.calls, after.checks - before.checks]).toEqual([1, 27]);
  });
});

describe('an operator', () => {
  test('looks without consuming', async () => {
    const subject = anyone();
    await limiter.check({ limit: 'small', key: subject });
    const [first, second] = await times(2, () => limiter.peek({ limit: 'small', key: subject }));
    expect(first).toMatchObject({ allowed: true, source: 'redis' });
    expect(second && remaining(second)).toEqual([4, 19, 99]);
  });

  test('sees whether one more would be refused', async () => {
    const subject = anyone();
    await times(5, () => limiter.check({ limit: 'small', key: subject }));
    const decision = await limiter.peek({ limit: 'small', key: subject });
    expect(decision).toMatchObject({ allowed: false, exceededWindows: ['minute'] });
    expect(decision.retryAfterMs).toBeGreaterThan(0);
  });

  test('gives a subject a new start, in one resource or in all', async () => {
    const subject = anyone();
    const use = async () => [
      ...(await times(6, () => limiter.check({ limit: 'small', key: subject }))),
      ...(await times(2, () => limiter.check({ limit: 'default', key: subject }))),
    ];
    await use();
    await limiter.reset({ key: subject, limit: 'small' });
    expect((await limiter.check({ limit: 'small', key: subject })).allowed).toBe(true);
    expect(remaining(await limiter.peek({ limit: 'default', key: subject }))[0]).toBe(58);
    await limiter.reset({ key: subject });
    expect(remaining(await limiter.peek({ limit: 'default', key: subject }))[0]).toBe(60);
  });

  test('gives a subject limits of its own, which a reset leaves and an empty override takes back', async () => {
    const subject = anyone();
    const limits = async () =>
      (await limiter.peek({ limit: 'small', key: subject })).perWindow.map((it) => it.limit);
    await limiter.check({ limit: 'small', key: subject });
    await limiter.override({ limit: 'small', key: subject, limits: { minute: 50, hour: 500 } });
    expect(await limits()).toEqual([50, 500, 100]);
    const decisions = await times(51, () => limiter.check({ limit: 'small', key: subject }));
    expect(decisions.filter((it) => it.allowed)).toHaveLength(49);
    await limiter.reset({ key: subject });
    expect(await limits()).toEqual([50, 500, 100]);
    expect((await limiter.check({ limit: 'small', key: subject, cost: 40 })).allowed).toBe(true);
    await limiter.override({ limit: 'small', key: subject, limits: {} });
    expect(await limits()).toEqual([5, 20, 100]);
    expect((await limiter.check({ limit: 'small', key: subject })).allowed).toBe(false);
  });

  test('gives limits that stay, also when the subject comes', async () => {
    const subject = anyone();
    await limiter.override({ limit: 'small', key: subject, limits: { minute: 50 } });
    await limiter.check({ limit: 'small', key: subject });
    const key = limitRedisKey(prefix, limitKeyDigest(subject), 'small');
    expect(await redis.pttl(key)).toBe(-1);
    await limiter.override({ limit: 'small', key: subject, limits: {} });
    expect(await redis.pttl(key)).toBeGreaterThan(0);
  });

  test('cannot override with what is no limit', async () => {
    const subject = anyone();
    for (const limits of [{ minute: 0 }, { minute: 1.5 }, { week: 5 }]) {
      await expect(limiter.override({ limit: 'small', key: subject, limits })).rejects.toThrow(RangeError);
    }
  });
});

describe('without a server by intent', () => {
  test('a process keeps the whole limits by itself', async () => {
    let nowMs = 1_000_000;
    const alone = createLimiter({
      redis: null,
      limits,
      clock: { nowMs: () => nowMs },
      fleetSize: () => 4,
    });
    const subject = anyone();
    const decisions = await times(6, () => alone.check({ limit: 'small', key: subject }));
    expect(decisions.map((it) => it.allowed)).toEqual([true, true, true, true, true, false]);
    expect(decisions.at(-1)).toMatchObject({
      source: 'local',
      exceededWindows: ['minute'],
      retryAfterMs: 60_001,
    });
    nowMs += 60_000;
    expect((await alone.check({ limit: 'small', key: subject })).allowed).toBe(false);
    nowMs += 1;
    expect((await alone.check({ limit: 'small', key: subject })).allowed).toBe(true);
    await alone.reset({ key: subject });
    await alone.override({ limit: 'small', key: subject, limits: { minute: 2 } });
    expect(
      (await times(3, () => alone.check({ limit: 'small', key: subject }))).map((it) => it.allowed),
    ).toEqual([true, true, false]);
  });
});

describe('statistics', () => {
  test('count what was decided, by whom, and who came near a limit', async () => {
    const own = createLimiter({ redis, prefix, deadlineMs, limits });
    const subject = anyone();
    await times(8, () => own.check({ limit: 'small', key: subject }));
    const { small } = own.statistics().limits;
    expect(small).toEqual({
      unitsAllowed: 5,
      allowed: 5,
      refused: 3,
      deniedFromDenyCache: 2,
      local: 0,
      outages: 0,
      nearLimit: 1,
      exceededWindows: { minute: 3 },
    });
    own.close();
  });
});

describe('options', () => {
  test.each([
    ['no window', {}],
    ['a limit of nothing', { perMinute: 0 }],
    ['a limit that is no whole number', { perMinute: 1.5 }],
    ['a limit beyond sixteen million', { perMinute: 16_000_001 }],
    ['a window of no length', [{ name: 'x', seconds: 0, limit: 1 }]],
    ['a window of more than fourteen days', [{ name: 'x', seconds: 1_209_601, limit: 1 }]],
    [
      'two windows of one length',
      [
        { name: 'x', seconds: 1, limit: 1 },
        { name: 'y', seconds: 1, limit: 2 },
      ],
    ],
    [
      'two windows of one name',
      [
        { name: 'x', seconds: 1, limit: 1 },
        { name: 'x', seconds: 2, limit: 2 },
      ],
    ],
    ['a name that no header can carry', [{ name: 'x"', seconds: 1, limit: 1 }]],
  ] as const)('refuse %s', (_name, windows) => {
    expect(() => createLimiter({ redis: null, limits: { x: { windows, onOutage: 'local' } } })).toThrow(
      RangeError,
    );
  });
});
