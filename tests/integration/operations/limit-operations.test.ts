import { randomUUID } from 'node:crypto';
import type { AlertList, LimitActivity, LimitState } from '@bookedbarber/contract';
import { type RedisServerProcess, startRedisServer } from '@bookedbarber/redis-tier/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { testOperatorToken } from '../../support/server.ts';
import { type Send, sendTo } from '../../support/shop-fixture.ts';

let server: LocalServer;
let asOperator: Send;
let onSecond: Send;
beforeAll(async () => {
  server = await startLocalServer({
    apps: 2,
    env: { RATE_LIMIT_ENABLED: 'true', TRUSTED_PROXIES: '127.0.0.0/8' },
  });
  asOperator = sendTo(server.url, testOperatorToken);
  onSecond = sendTo(server.urls[1] ?? '', testOperatorToken);
  for (const send of [asOperator, onSecond]) await untilLimitsUseRedis(send);
});
afterAll(() => server.stop());

/** A process that has just started checks limits locally until it is connected to Redis. */
async function untilLimitsUseRedis(send: Send): Promise<void> {
  await eventually(async () => {
    const { body } = await send('GET', '/api/v1/cache/alerts');
    expect((body as AlertList).alerts.map(({ code }) => code)).not.toContain('limits_without_redis');
  });
}

let lastHost = 0;
const newAddress = (): string => `203.0.113.${++lastHost}`;

async function requestAs(address: string, times: number, url = server.url): Promise<number[]> {
  const responses = await Promise.all(
    Array.from({ length: times }, () =>
      fetch(`${url}/api/v1/shops`, { headers: { 'x-forwarded-for': address } }),
    ),
  );
  return responses.map(({ status }) => status);
}

const allowed = (statuses: readonly number[]): number => statuses.filter((it) => it === 200).length;
const activity = async (send = asOperator): Promise<LimitActivity> =>
  (await send('GET', '/api/v1/limits/activity?limit=500')).body;
const stateOf = async (key: string): Promise<LimitState['limits'][number] | undefined> => {
  const { body } = await asOperator('GET', `/api/v1/limits/state?limit_key=${encodeURIComponent(key)}`);
  return (body as LimitState).limits.find(({ limit }) => limit === 'default');
};

describe('an operator', () => {
  test('sees the limited keys and the top keys of all processes on any process', async () => {
    const address = newAddress();
    const key = `address ${address}`;
    await Promise.all(server.urls.map((url) => requestAs(address, 50, url)));
    await eventually(async () => {
      const { limited, top } = await activity(onSecond);
      expect(limited).toContainEqual({
        limit: 'default',
        limit_key: key,
        retry_after_seconds: expect.any(Number),
      });
      expect(top).toContainEqual({ limit: 'default', limit_key: key, units: 60, denied: 40 });
    });
  });

  test('sees the state of a key without consuming anything', async () => {
    const address = newAddress();
    await requestAs(address, 3);
    for (let i = 0; i < 3; i++)
      expect(await stateOf(`address ${address}`)).toMatchObject({
        allowed: true,
        windows: [
          { window: 'minute', seconds: 60, limit: 60, remaining: 57, wait_seconds: 0 },
          { window: 'hour', seconds: 3600, limit: 1000, remaining: 997 },
          { window: 'day', seconds: 86_400, limit: 10_000, remaining: 9997 },
        ],
      });
  });

  test('resets a key', async () => {
    const address = newAddress();
    expect(allowed(await requestAs(address, 70))).toBe(60);
    const { status, body } = await asOperator('POST', '/api/v1/limits/reset', {
      limit_key: `address ${address}`,
    });
    expect([status, (body as LimitState).limits[0]?.windows[0]?.remaining]).toEqual([200, 60]);
    expect(allowed(await requestAs(address, 70))).toBe(60);
    expect((await activity()).limited.map((it) => it.limit_key)).toContain(`address ${address}`);
  });

  test('overrides the limits of a key, and removes the override', async () => {
    const address = newAddress();
    const override = (limits: object) =>
      asOperator('POST', '/api/v1/limits/override', {
        limit_key: `address ${address}`,
        limit: 'default',
        limits,
      });
    expect((await override({ minute: 5 })).status).toBe(200);
    expect(allowed(await requestAs(address, 10))).toBe(5);
    expect((await override({})).status).toBe(200);
    expect(await stateOf(`address ${address}`)).toMatchObject({
      windows: [{ limit: 60, remaining: 55 }, {}, {}],
    });
  });

  test.each([
    ['a reset without a key', '/api/v1/limits/reset', {}],
    ['a reset of an unknown limit', '/api/v1/limits/reset', { limit_key: 'operator', limit: 'x' }],
    [
      'an override of zero',
      '/api/v1/limits/override',
      { limit_key: 'operator', limit: 'default', limits: { minute: 0 } },
    ],
    [
      'an override of an unknown window',
      '/api/v1/limits/override',
      { limit_key: 'operator', limit: 'default', limits: { week: 7 } },
    ],
  ])('cannot send %s', async (_name, path, body) => {
    expect((await asOperator('POST', path, body)).status).toBe(400);
  });

  test('needs the token', async () => {
    const asGuest = sendTo(server.url);
    for (const path of ['/api/v1/limits/activity', '/api/v1/limits/state?limit_key=operator'])
      expect((await asGuest('GET', path)).status).toBe(401);
    for (const path of ['/api/v1/limits/reset', '/api/v1/limits/override'])
      expect((await asGuest('POST', path, { limit_key: 'operator' })).status).toBe(401);
  });

  test('is never shown the token', async () => {
    const text = JSON.stringify(await activity());
    expect(text).toContain('"operator"');
    expect(text).not.toContain(testOperatorToken);
  });
});

test('while Redis is unavailable, the activity responds with 503 and the state comes from this process', async () => {
  const redis: RedisServerProcess = await startRedisServer(inject('redisBinary'));
  const alone = await startLocalServer({
    env: { REDIS_URL: redis.url, RATE_LIMIT_ENABLED: 'true', REDIS_KEY_PREFIX: randomUUID().slice(0, 8) },
  });
  const send = sendTo(alone.url, testOperatorToken);
  await eventually(async () => expect((await send('GET', '/api/v1/limits/activity')).status).toBe(200));
  await redis.kill();
  await eventually(async () => expect((await send('GET', '/api/v1/limits/activity')).status).toBe(503));
  // Without Redis, this process counts the requests of the operator.
  const state = await send('GET', '/api/v1/limits/state?limit_key=operator');
  expect(state.status).toBe(200);
  const windows = (state.body as LimitState).limits.flatMap((one) => one.windows);
  expect(windows.some(({ remaining, limit }) => remaining < limit)).toBe(true);
  await alone.stop();
  await redis.close();
});
