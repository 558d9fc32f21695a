import { randomUUID } from 'node:crypto';
import { startRedisServer } from '@bookedbarber/redis-tier/testing';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type LightMyRequestResponse } from 'fastify';
import pino from 'pino';
import { parseList } from 'structured-headers';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { App } from '../../../apps/server/src/http/app-type.ts';
import { createOperatorCheck } from '../../../apps/server/src/http/operator.ts';
import { problemDetails } from '../../../apps/server/src/http/plugins/problem-details.ts';
import { rateLimits } from '../../../apps/server/src/http/plugins/rate-limits.ts';
import { createGuestSessions } from '../../../apps/server/src/throttling/guest-session.ts';
import {
  createRequestLimiter,
  type RequestLimiter,
} from '../../../apps/server/src/throttling/request-limiter.ts';
import { parseRedisUrl } from '../../../packages/redis-tier/src/connection/index.ts';
import { systemClock } from '../../../packages/redis-tier/src/core/index.ts';
import { eventually } from '../../support/eventually.ts';
import { testOperatorToken } from '../../support/server.ts';

const proxy = '10.0.0.1';
const limits = {
  defaults: { perMinute: 60, perHour: 1000, perDay: 10_000 },
  booking: { perMinute: 20, perHour: 200, perDay: 1000 },
  analytics: { perMinute: 30, perHour: 500, perDay: 5000 },
  auth: { perMinute: 5, perHour: 20, perDay: 100 },
  addressFactor: 3,
};
const guests = createGuestSessions({ secret: 'x'.repeat(32), secure: false });
const lists = { allow: ['198.18.0.0/16'], deny: ['198.19.0.0/16', '2001:db8:bad::/48'] };

type Limited = { app: App; limiter: RequestLimiter; close(): Promise<void> };

/** Routes with the patterns of the real ones, behind the real plugin. */
async function startLimited(
  redisUrl: string | null,
  prefix = `test-limits-${randomUUID()}`,
): Promise<Limited> {
  const logger = pino({ level: 'silent' });
  const server = redisUrl === null ? null : parseRedisUrl(redisUrl);
  // A long deadline, because the machine may be busy and these tests do not cover timeouts.
  const limiter = createRequestLimiter({ server, limits, prefix, deadlineMs: 30_000, logger });
  const operator = createOperatorCheck(testOperatorToken);
  const app = Fastify().withTypeProvider<TypeBoxTypeProvider>();
  problemDetails(app);
  const trustedProxies = ['10.0.0.0/8', 'fd00::/8'];
  rateLimits(app, { limiter, operator, guests, clock: systemClock, trustedProxies, ...lists });
  const ok = () => ({ ok: true });
  for (const path of ['/healthz', '/readyz', '/api/v1/cache/health', '/docs/json', '/api/v1/shops'])
    app.get(path, ok);
  app.post('/api/v1/shops/:shop/holds', ok);
  app.get('/api/v1/shops/:shop/bookings', ok);
  app.get('/api/v1/shops/:shop/analytics', ok);
  app.get('/api/v1/shops/:shop/clients', { onRequest: operator.requireOperator }, ok);
  await app.ready();
  return {
    app,
    limiter,
    async close() {
      await app.close();
      limiter.close();
    },
  };
}

type RequestOptions = { from?: string; headers?: Record<string, string>; method?: 'GET' | 'POST' };

let limited: Limited;
let lastHost = 0;

beforeAll(async () => {
  limited = await startLimited(inject('redisUrl'));
  await reaches(limited.limiter, 'redis');
});
afterAll(() => limited.close());

/** Resolves when the limiter reaches the state. */
async function reaches(limiter: RequestLimiter, state: RequestLimiter['state']): Promise<void> {
  await eventually(() => expect(limiter.state).toBe(state));
}

/** A unique address. */
const newAddress = (): string => `192.0.2.${++lastHost}`;

async function send(
  url: string,
  { from = newAddress(), headers = {}, method = 'GET' }: RequestOptions = {},
): Promise<LightMyRequestResponse> {
  return limited.app.inject({ method, url, remoteAddress: from, headers });
}

async function sendTimes(
  times: number,
  url: string,
  options: RequestOptions,
): Promise<LightMyRequestResponse[]> {
  const responses = [];
  for (let i = 0; i < times; i++) responses.push(await send(url, options));
  return responses;
}

const statuses = (responses: readonly LightMyRequestResponse[]): Record<number, number> =>
  responses.reduce<Record<number, number>>((counts, { statusCode }) => {
    counts[statusCode] = (counts[statusCode] ?? 0) + 1;
    return counts;
  }, {});

const items = (field: unknown): [unknown, Record<string, unknown>][] =>
  parseList(String(field)).map(([value, parameters]) => [value, Object.fromEntries(parameters)]);

describe('a response within the limits', () => {
  test('describes every window in its headers', async () => {
    const { headers } = await send('/api/v1/shops');
    expect(items(headers['ratelimit-policy'])).toEqual([
      ['minute', { q: 60, w: 60 }],
      ['hour', { q: 1000, w: 3600 }],
      ['day', { q: 10_000, w: 86_400 }],
    ]);
    expect(items(headers['ratelimit']).map(([name, { r }]) => [name, r])).toEqual([
      ['minute', 59],
      ['hour', 999],
      ['day', 9999],
    ]);
    expect(headers).toMatchObject({ 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '59' });
    expect(headers).not.toHaveProperty('retry-after');
  });

  test.each([
    ['POST', '/api/v1/shops/soho/holds', 20],
    ['GET', '/api/v1/shops/soho/bookings', 60],
    ['GET', '/api/v1/shops/soho/analytics', 30],
    ['GET', '/api/v1/nothing-here', 60],
  ] as const)('to %s %s has the limit of its route', async (method, url, limit) => {
    const { headers } = await send(url, { method });
    expect(items(headers['ratelimit-policy'])[0]).toEqual(['minute', { q: limit, w: 60 }]);
  });

  test.each(['/healthz', '/readyz', '/api/v1/cache/health', '/docs/json', '/a-page'])(
    'to %s has no rate limit headers',
    async (url) => {
      expect((await send(url)).headers).not.toHaveProperty('ratelimit');
    },
  );
});

describe('a response beyond the limits', () => {
  test('is a problem with the exceeded windows and the time to wait', async () => {
    const from = newAddress();
    const responses = await sendTimes(21, '/api/v1/shops/soho/holds', { from, method: 'POST' });
    expect(statuses(responses)).toEqual({ 200: 20, 429: 1 });
    const denied = responses.at(-1);
    expect(denied?.headers['content-type']).toContain('application/problem+json');
    expect(denied?.json()).toMatchObject({
      type: 'urn:bookedbarber:problem:rate_limited',
      status: 429,
      code: 'rate_limited',
      exceeded_windows: ['minute'],
    });
    const retryAfter = Number(denied?.headers['retry-after']);
    // On a busy machine, the first request may be some seconds old.
    expect(retryAfter).toBeGreaterThan(20);
    expect(retryAfter).toBeLessThanOrEqual(61);
    for (const [, { t }] of items(denied?.headers['ratelimit'])) {
      if (t !== undefined) expect(t).toBeLessThanOrEqual(retryAfter);
    }
    expect((await send('/api/v1/shops', { from })).statusCode).toBe(200);
  });
});

describe('the limit key', () => {
  const holds = '/api/v1/shops/soho/holds';

  test('ignores X-Forwarded-For from an untrusted peer', async () => {
    const from = newAddress();
    const responses = [];
    for (let i = 0; i < 25; i++) {
      responses.push(
        await send(holds, { from, method: 'POST', headers: { 'x-forwarded-for': `198.51.100.${i}` } }),
      );
    }
    expect(statuses(responses)).toEqual({ 200: 20, 429: 5 });
  });

  test('is the client address added by a trusted proxy, regardless of entries from the client', async () => {
    const client = newAddress();
    const responses = [];
    for (let i = 0; i < 25; i++) {
      const headers = { 'x-forwarded-for': `198.51.100.${i}, ${client}, 10.9.9.9` };
      responses.push(await send(holds, { from: proxy, method: 'POST', headers }));
    }
    expect(statuses(responses)).toEqual({ 200: 20, 429: 5 });
    const other = { 'x-forwarded-for': newAddress() };
    expect((await send(holds, { from: proxy, method: 'POST', headers: other })).statusCode).toBe(200);
  });

  test('is the same for a thousand addresses of one /64 network', async () => {
    const responses = await Promise.all(
      Array.from({ length: 1000 }, (_, i) =>
        send(holds, { from: `2001:db8:1:2:${i.toString(16)}::${i}`, method: 'POST' }),
      ),
    );
    expect(statuses(responses)).toEqual({ 200: 20, 429: 980 });
    expect((await send(holds, { from: '2001:db8:1:3::1', method: 'POST' })).statusCode).toBe(200);
  });

  test('is the same for an IPv4 address and its IPv4-mapped IPv6 address', async () => {
    const ipv4 = newAddress();
    const { headers } = await send('/api/v1/shops', { from: ipv4 });
    const mapped = await send('/api/v1/shops', { from: `::ffff:${ipv4}` });
    expect([headers['x-ratelimit-remaining'], mapped.headers['x-ratelimit-remaining']]).toEqual(['59', '58']);
  });

  test('is the operator for any address with the operator token', async () => {
    const headers = { authorization: `Bearer ${testOperatorToken}` };
    const first = await send('/api/v1/shops', { headers });
    const second = await send('/api/v1/shops', { headers: { authorization: `bearer ${testOperatorToken}` } });
    expect([first, second].map((it) => it.headers['x-ratelimit-remaining'])).toEqual(['599', '598']);
  });
});

describe('a guest with a session', () => {
  const holds = '/api/v1/shops/soho/holds';
  const browser = { 'sec-fetch-site': 'same-origin' };

  async function begin(from: string): Promise<Record<string, string>> {
    const { headers } = await send('/api/v1/shops', { from, headers: browser });
    expect(String(headers['set-cookie'])).toMatch(/^guest_session=\S+;/);
    return { ...browser, cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
  }

  test('gets it with the first response to a browser only', async () => {
    const from = newAddress();
    const session = await begin(from);
    expect((await send('/api/v1/shops', { from, headers: session })).headers).not.toHaveProperty(
      'set-cookie',
    );
    expect((await send('/api/v1/shops', { from })).headers).not.toHaveProperty('set-cookie');
  });

  test('has its own limits, separate from other guests at its address', async () => {
    const from = newAddress();
    const [one, other] = [await begin(from), await begin(from)];
    expect(statuses(await sendTimes(25, holds, { from, method: 'POST', headers: one }))).toEqual({
      200: 20,
      429: 5,
    });
    expect(statuses(await sendTimes(25, holds, { from, method: 'POST', headers: other }))).toEqual({
      200: 20,
      429: 5,
    });
  });

  test('does not consume the limit of its address with denied requests', async () => {
    const from = newAddress();
    const [loud, quiet] = [await begin(from), await begin(from)];
    const responses = await Promise.all(
      Array.from({ length: 200 }, () => send(holds, { from, method: 'POST', headers: loud })),
    );
    expect(statuses(responses)).toEqual({ 200: 20, 429: 180 });
    expect(statuses(await sendTimes(20, holds, { from, method: 'POST', headers: quiet }))).toEqual({
      200: 20,
    });
  });

  test('cannot exceed the limit of its address with many sessions', async () => {
    const from = newAddress();
    const sessions = [];
    for (let i = 0; i < 10; i++) sessions.push(await begin(from));
    const responses = await Promise.all(
      sessions.map((headers) => sendTimes(20, holds, { from, method: 'POST', headers })),
    );
    expect(statuses(responses.flat())).toEqual({ 200: 60, 429: 140 });
    const denied = responses.flat().find(({ statusCode }) => statusCode === 429);
    expect(items(denied?.headers['ratelimit-policy'])[0]).toEqual(['minute', { q: 60, w: 60 }]);
  });

  test('cannot forge it, because an unsigned cookie is ignored', async () => {
    const from = newAddress();
    const responses = [];
    for (let i = 0; i < 25; i++) {
      const cookie = `guest_session=${String(i).padStart(16, 'A')}.9999999999.${'A'.repeat(43)}`;
      responses.push(await send(holds, { from, method: 'POST', headers: { cookie } }));
    }
    expect(statuses(responses)).toEqual({ 200: 20, 429: 5 });
  });

  test('cannot create more sessions than the limit of its address allows requests', async () => {
    const from = newAddress();
    const responses = await sendTimes(70, '/api/v1/shops', { from, headers: browser });
    expect(responses.filter(({ headers }) => headers['set-cookie'] !== undefined)).toHaveLength(60);
  });
});

describe('the allow and deny lists', () => {
  test('exempt allowed addresses from limits and reject denied addresses', async () => {
    const free = await sendTimes(70, '/api/v1/shops', { from: '198.18.3.4' });
    expect(statuses(free)).toEqual({ 200: 70 });
    expect(free[0]?.headers).not.toHaveProperty('ratelimit');
    for (const from of ['198.19.3.4', '::ffff:198.19.3.4', '2001:db8:bad::7']) {
      const denied = await send('/api/v1/shops', { from });
      expect(denied.statusCode).toBe(403);
      expect(denied.json()).toMatchObject({ code: 'address_denied', status: 403 });
    }
  });

  test('apply to the client behind a trusted proxy, and ignore X-Forwarded-For from other peers', async () => {
    const denied = { 'x-forwarded-for': '198.19.3.4' };
    expect((await send('/api/v1/shops', { from: proxy, headers: denied })).statusCode).toBe(403);
    const free = { 'x-forwarded-for': '198.18.3.4' };
    const from = newAddress();
    expect(statuses(await sendTimes(62, '/api/v1/shops', { from, headers: free }))).toEqual({
      200: 60,
      429: 2,
    });
  });

  test('do not exempt allowed addresses from the limit for wrong tokens', async () => {
    const headers = { authorization: 'Bearer no-such-token' };
    const responses = await sendTimes(8, '/api/v1/shops/soho/clients', { from: '198.18.9.9', headers });
    expect(statuses(responses)).toEqual({ 401: 5, 429: 3 });
  });
});

describe('wrong operator tokens', () => {
  const clients = '/api/v1/shops/soho/clients';
  const wrong = { authorization: 'Bearer no-such-token' };
  const right = { authorization: `Bearer ${testOperatorToken}` };

  test('are limited to five a minute per address, and the correct token still passes', async () => {
    const from = newAddress();
    expect(statuses(await sendTimes(8, clients, { from, headers: wrong }))).toEqual({ 401: 5, 429: 3 });
    expect((await send(clients, { from, headers: right })).statusCode).toBe(200);
    expect((await send('/api/v1/shops', { from })).statusCode).toBe(200);
  });
});

describe('without Redis', () => {
  const clients = '/api/v1/shops/soho/clients';

  test('wrong tokens get 503 during an outage, and other limits apply locally', async () => {
    const server = await startRedisServer(inject('redisBinary'));
    const own = await startLimited(server.url);
    await reaches(own.limiter, 'redis');
    await server.kill();
    await reaches(own.limiter, 'outage');
    const from = newAddress();
    const guess = await own.app.inject({
      url: clients,
      remoteAddress: from,
      headers: { authorization: 'Bearer no-such-token' },
    });
    expect(guess.statusCode).toBe(503);
    expect(guess.json()).toMatchObject({ code: 'unavailable' });
    expect(guess.headers).toHaveProperty('retry-after');
    const responses = await Promise.all(
      Array.from({ length: 70 }, () => own.app.inject({ url: '/api/v1/shops', remoteAddress: from })),
    );
    expect(statuses(responses)).toEqual({ 200: 60, 429: 10 });
    await own.close();
    await server.close();
  });

  test('all limits apply locally if Redis is not configured', async () => {
    const own = await startLimited(null);
    const from = newAddress();
    const responses = [];
    for (let i = 0; i < 7; i++) {
      responses.push(
        await own.app.inject({
          url: clients,
          remoteAddress: from,
          headers: { authorization: 'Bearer wrong' },
        }),
      );
    }
    expect(statuses(responses)).toEqual({ 401: 5, 429: 2 });
    await own.close();
  });
});
