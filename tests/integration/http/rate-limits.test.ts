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
import { serverOf } from '../../../packages/redis-tier/src/connection/index.ts';
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
  const server = redisUrl === null ? null : serverOf(redisUrl);
  // Patient: these tests are not of time, and the machine may be busy.
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

type Asking = { from?: string; headers?: Record<string, string>; method?: 'GET' | 'POST' };

let limited: Limited;
let lastHost = 0;

beforeAll(async () => {
  limited = await startLimited(inject('redisUrl'));
  await becomes(limited.limiter, 'redis');
});
afterAll(() => limited.close());

/** Resolves when the limiter is connected, or has lost its server. */
async function becomes(limiter: RequestLimiter, state: RequestLimiter['state']): Promise<void> {
  await eventually(() => expect(limiter.state).toBe(state));
}

/** An address that no other test uses. */
const newAddress = (): string => `192.0.2.${++lastHost}`;

async function ask(
  url: string,
  { from = newAddress(), headers = {}, method = 'GET' }: Asking = {},
): Promise<LightMyRequestResponse> {
  return limited.app.inject({ method, url, remoteAddress: from, headers });
}

async function askTimes(times: number, url: string, asking: Asking): Promise<LightMyRequestResponse[]> {
  const answers = [];
  for (let i = 0; i < times; i++) answers.push(await ask(url, asking));
  return answers;
}

const statuses = (answers: readonly LightMyRequestResponse[]): Record<number, number> =>
  answers.reduce<Record<number, number>>((counts, { statusCode }) => {
    counts[statusCode] = (counts[statusCode] ?? 0) + 1;
    return counts;
  }, {});

const items = (field: unknown): [unknown, Record<string, unknown>][] =>
  parseList(String(field)).map(([value, parameters]) => [value, Object.fromEntries(parameters)]);

describe('an answer within the limits', () => {
  test('tells every window', async () => {
    const { headers } = await ask('/api/v1/shops');
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
  ] as const)('%s %s has the limit of its resource', async (method, url, limit) => {
    const { headers } = await ask(url, { method });
    expect(items(headers['ratelimit-policy'])[0]).toEqual(['minute', { q: limit, w: 60 }]);
  });

  test.each(['/healthz', '/readyz', '/api/v1/cache/health', '/docs/json', '/a-page'])(
    '%s has no limits',
    async (url) => {
      expect((await ask(url)).headers).not.toHaveProperty('ratelimit');
    },
  );
});

describe('an answer beyond the limits', () => {
  test('is a problem that names the violated window, with the time to come back', async () => {
    const from = newAddress();
    const answers = await askTimes(21, '/api/v1/shops/soho/holds', { from, method: 'POST' });
    expect(statuses(answers)).toEqual({ 200: 20, 429: 1 });
    const refused = answers.at(-1);
    expect(refused?.headers['content-type']).toContain('application/problem+json');
    expect(refused?.json()).toMatchObject({
      type: 'urn:bookedbarber:problem:rate_limited',
      status: 429,
      code: 'rate_limited',
      exceeded_windows: ['minute'],
    });
    const retryAfter = Number(refused?.headers['retry-after']);
    // The first of the requests is some seconds old on a busy machine.
    expect(retryAfter).toBeGreaterThan(20);
    expect(retryAfter).toBeLessThanOrEqual(61);
    for (const [, { t }] of items(refused?.headers['ratelimit'])) {
      if (t !== undefined) expect(t).toBeLessThanOrEqual(retryAfter);
    }
    expect((await ask('/api/v1/shops', { from })).statusCode).toBe(200);
  });
});

describe('who asks', () => {
  const holds = '/api/v1/shops/soho/holds';

  test('is not changed by X-Forwarded-For from a peer that is not trusted', async () => {
    const from = newAddress();
    const answers = [];
    for (let i = 0; i < 25; i++) {
      answers.push(
        await ask(holds, { from, method: 'POST', headers: { 'x-forwarded-for': `198.51.100.${i}` } }),
      );
    }
    expect(statuses(answers)).toEqual({ 200: 20, 429: 5 });
  });

  test('is told apart behind a trusted proxy, whatever the client puts before', async () => {
    const client = newAddress();
    const answers = [];
    for (let i = 0; i < 25; i++) {
      const headers = { 'x-forwarded-for': `198.51.100.${i}, ${client}, 10.9.9.9` };
      answers.push(await ask(holds, { from: proxy, method: 'POST', headers }));
    }
    expect(statuses(answers)).toEqual({ 200: 20, 429: 5 });
    const other = { 'x-forwarded-for': newAddress() };
    expect((await ask(holds, { from: proxy, method: 'POST', headers: other })).statusCode).toBe(200);
  });

  test('is one subject for a thousand addresses of one /64', async () => {
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, i) =>
        ask(holds, { from: `2001:db8:1:2:${i.toString(16)}::${i}`, method: 'POST' }),
      ),
    );
    expect(statuses(answers)).toEqual({ 200: 20, 429: 980 });
    expect((await ask(holds, { from: '2001:db8:1:3::1', method: 'POST' })).statusCode).toBe(200);
  });

  test('is one subject as IPv4 and as the same address in IPv6', async () => {
    const ipv4 = newAddress();
    const { headers } = await ask('/api/v1/shops', { from: ipv4 });
    const mapped = await ask('/api/v1/shops', { from: `::ffff:${ipv4}` });
    expect([headers['x-ratelimit-remaining'], mapped.headers['x-ratelimit-remaining']]).toEqual(['59', '58']);
  });

  test('is the operator, wherever the token comes from', async () => {
    const headers = { authorization: `Bearer ${testOperatorToken}` };
    const first = await ask('/api/v1/shops', { headers });
    const second = await ask('/api/v1/shops', { headers: { authorization: `bearer ${testOperatorToken}` } });
    expect([first, second].map((it) => it.headers['x-ratelimit-remaining'])).toEqual(['599', '598']);
  });
});

describe('a guest with a session', () => {
  const holds = '/api/v1/shops/soho/holds';
  const browser = { 'sec-fetch-site': 'same-origin' };

  async function begin(from: string): Promise<Record<string, string>> {
    const { headers } = await ask('/api/v1/shops', { from, headers: browser });
    return { ...browser, cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
  }

  test('is given it by the first answer, and by no later one', async () => {
    const from = newAddress();
    const session = await begin(from);
    expect((await ask('/api/v1/shops', { from, headers: session })).headers).not.toHaveProperty('set-cookie');
    expect((await ask('/api/v1/shops', { from })).headers).not.toHaveProperty('set-cookie');
  });

  test('has limits of its own beside the others behind its address', async () => {
    const from = newAddress();
    const [one, other] = [await begin(from), await begin(from)];
    expect(statuses(await askTimes(25, holds, { from, method: 'POST', headers: one }))).toEqual({
      200: 20,
      429: 5,
    });
    expect(statuses(await askTimes(25, holds, { from, method: 'POST', headers: other }))).toEqual({
      200: 20,
      429: 5,
    });
  });

  test('takes nothing from its neighbors with what it is refused', async () => {
    const from = newAddress();
    const [loud, quiet] = [await begin(from), await begin(from)];
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => ask(holds, { from, method: 'POST', headers: loud })),
    );
    expect(statuses(answers)).toEqual({ 200: 20, 429: 180 });
    expect(statuses(await askTimes(20, holds, { from, method: 'POST', headers: quiet }))).toEqual({
      200: 20,
    });
  });

  test('gains nothing by many sessions beyond what its address may do', async () => {
    const from = newAddress();
    const sessions = [];
    for (let i = 0; i < 10; i++) sessions.push(await begin(from));
    const answers = await Promise.all(
      sessions.map((headers) => askTimes(20, holds, { from, method: 'POST', headers })),
    );
    expect(statuses(answers.flat())).toEqual({ 200: 60, 429: 140 });
    const refused = answers.flat().find(({ statusCode }) => statusCode === 429);
    expect(items(refused?.headers['ratelimit-policy'])[0]).toEqual(['minute', { q: 60, w: 60 }]);
  });

  test('cannot make one up: a cookie that we have not signed is none', async () => {
    const from = newAddress();
    const answers = [];
    for (let i = 0; i < 25; i++) {
      const cookie = `guest_session=${String(i).padStart(16, 'A')}.9999999999.${'A'.repeat(43)}`;
      answers.push(await ask(holds, { from, method: 'POST', headers: { cookie } }));
    }
    expect(statuses(answers)).toEqual({ 200: 20, 429: 5 });
  });

  test('gets no more sessions than its address gets answers', async () => {
    const from = newAddress();
    const answers = await askTimes(70, '/api/v1/shops', { from, headers: browser });
    expect(answers.filter(({ headers }) => headers['set-cookie'] !== undefined)).toHaveLength(60);
  });
});

describe('the lists of addresses', () => {
  test('let one through without limits, and turn one away before anything else', async () => {
    const free = await askTimes(70, '/api/v1/shops', { from: '198.18.3.4' });
    expect(statuses(free)).toEqual({ 200: 70 });
    expect(free[0]?.headers).not.toHaveProperty('ratelimit');
    for (const from of ['198.19.3.4', '::ffff:198.19.3.4', '2001:db8:bad::7']) {
      const denied = await ask('/api/v1/shops', { from });
      expect(denied.statusCode).toBe(403);
      expect(denied.json()).toMatchObject({ code: 'address_denied', status: 403 });
    }
  });

  test('are of the client behind a trusted proxy, and of nobody who says so himself', async () => {
    const said = { 'x-forwarded-for': '198.19.3.4' };
    expect((await ask('/api/v1/shops', { from: proxy, headers: said })).statusCode).toBe(403);
    const free = { 'x-forwarded-for': '198.18.3.4' };
    const from = newAddress();
    expect(statuses(await askTimes(62, '/api/v1/shops', { from, headers: free }))).toEqual({
      200: 60,
      429: 2,
    });
  });

  test('count wrong tokens all the same', async () => {
    const headers = { authorization: 'Bearer no-such-token' };
    const answers = await askTimes(8, '/api/v1/shops/soho/clients', { from: '198.18.9.9', headers });
    expect(statuses(answers)).toEqual({ 401: 5, 429: 3 });
  });
});

describe('wrong operator tokens', () => {
  const clients = '/api/v1/shops/soho/clients';
  const wrong = { authorization: 'Bearer no-such-token' };
  const right = { authorization: `Bearer ${testOperatorToken}` };

  test('are five a minute from one address, and the right one still passes', async () => {
    const from = newAddress();
    expect(statuses(await askTimes(8, clients, { from, headers: wrong }))).toEqual({ 401: 5, 429: 3 });
    expect((await ask(clients, { from, headers: right })).statusCode).toBe(200);
    expect((await ask('/api/v1/shops', { from })).statusCode).toBe(200);
  });
});

describe('without Redis', () => {
  const clients = '/api/v1/shops/soho/clients';

  test('a lost one answers 503 to what cannot be counted and holds the rest by itself', async () => {
    const server = await startRedisServer(inject('redisBinary'));
    const own = await startLimited(server.url);
    await becomes(own.limiter, 'redis');
    await server.kill();
    await becomes(own.limiter, 'outage');
    const from = newAddress();
    const guess = await own.app.inject({
      url: clients,
      remoteAddress: from,
      headers: { authorization: 'Bearer no-such-token' },
    });
    expect(guess.statusCode).toBe(503);
    expect(guess.json()).toMatchObject({ code: 'unavailable' });
    expect(guess.headers).toHaveProperty('retry-after');
    const answers = await Promise.all(
      Array.from({ length: 70 }, () => own.app.inject({ url: '/api/v1/shops', remoteAddress: from })),
    );
    expect(statuses(answers)).toEqual({ 200: 60, 429: 10 });
    await own.close();
    await server.close();
  });

  test('none by intent leaves every limit to this process', async () => {
    const own = await startLimited(null);
    const from = newAddress();
    const answers = [];
    for (let i = 0; i < 7; i++) {
      answers.push(
        await own.app.inject({
          url: clients,
          remoteAddress: from,
          headers: { authorization: 'Bearer wrong' },
        }),
      );
    }
    expect(statuses(answers)).toEqual({ 401: 5, 429: 2 });
    await own.close();
  });
});
