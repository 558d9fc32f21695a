/** The same promises for every framework, over real HTTP. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import * as forExpress from '../../../packages/redis-tier/src/express/express.ts';
import * as forFastify from '../../../packages/redis-tier/src/fastify/fastify.ts';
import * as forHono from '../../../packages/redis-tier/src/hono/hono.ts';
import { createLimiter } from '../../../packages/redis-tier/src/limits/index.ts';

const result = { body: Buffer.from('{"name":"größe"}'), etag: '"abc-1"', source: 'remote' as const };
// Nothing listens on it, and it never connects: the limiter's server is unavailable.
const unreachable = () => new Redis({ lazyConnect: true, enableOfflineQueue: false });

type Options = { limit: 'open' | 'closed'; redis?: Redis; trustedProxies?: string[] };
const open: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function setup({ limit, redis, trustedProxies = [] }: Options) {
  const limiter = createLimiter({
    redis: redis ?? null,
    limits: {
      open: { windows: { perMinute: 2 }, onOutage: 'local' },
      closed: { windows: { perMinute: 2 }, onOutage: 'fail-closed' },
    },
  });
  open.push(() => limiter.close());
  return { limiter, limit, trustedProxies };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const frameworks: Record<string, (options: Options) => Promise<string>> = {
  async fastify(options) {
    const app = Fastify();
    open.push(() => app.close());
    app.get('/cached', (_request, reply) => forFastify.sendCached(reply, result));
    app.post('/cached', (_request, reply) =>
      forFastify.sendCached(reply, result, { cacheControl: 'no-store' }),
    );
    app.get('/limited', { onRequest: forFastify.limitRequests(setup(options)) }, () => 'ok');
    return app.listen({ port: 0, host: '127.0.0.1' });
  },
  express(options) {
    const app = express();
    app.get('/cached', (_request, response) => forExpress.sendCached(response, result));
    app.post('/cached', (_request, response) =>
      forExpress.sendCached(response, result, { cacheControl: 'no-store' }),
    );
    app.get('/limited', forExpress.limitRequests(setup(options)), (_request, response) => response.end('ok'));
    return listen(createServer(app));
  },
  hono(options) {
    const app = new Hono();
    app.get('/cached', (context) => forHono.sendCached(context, result));
    app.post('/cached', (context) => forHono.sendCached(context, result, { cacheControl: 'no-store' }));
    app.get('/limited', forHono.limitRequests(setup(options)), () => new Response('ok'));
    return listen(createAdaptorServer({ fetch: app.fetch }) as Server);
  },
};

describe.each(Object.entries(frameworks))('%s', (_name, start) => {
  test('sends the stored bytes with their ETag and source', async () => {
    const response = await fetch(`${await start({ limit: 'open' })}/cached`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: result.etag,
      'x-cache': 'remote',
      'cache-control': 'private, no-cache',
      'content-type': 'application/json; charset=utf-8',
    });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(result.body);
  });

  test('HEAD has the headers of GET and no body', async () => {
    const response = await fetch(`${await start({ limit: 'open' })}/cached`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(result.body.length));
    expect(await response.text()).toBe('');
  });

  test.each([
    ['GET', '"abc-1"', 304],
    ['HEAD', '"abc-1"', 304],
    ['GET', '"other", "abc-1"', 304],
    ['GET', 'W/"abc-1"', 304],
    ['GET', '*', 304],
    ['GET', '"other"', 200],
    ['POST', '"abc-1"', 200],
  ])('%s with If-None-Match %s: %i', async (method, tag, status) => {
    const url = `${await start({ limit: 'open' })}/cached`;
    const response = await fetch(url, { method, headers: { 'if-none-match': tag } });
    expect(response.status).toBe(status);
    expect(response.headers.get('etag')).toBe(result.etag);
    if (status === 304) expect(await response.text()).toBe('');
    expect(response.headers.get('cache-control')).toBe(method === 'POST' ? 'no-store' : 'private, no-cache');
  });

  test('denies with 429, the limit headers and Retry-After; a forged X-Forwarded-For does not help', async () => {
    const url = `${await start({ limit: 'open' })}/limited`;
    const send = (address: string) => fetch(url, { headers: { 'x-forwarded-for': address } });
    const first = await send('192.0.2.1');
    expect([first.status, await first.text()]).toEqual([200, 'ok']);
    expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
    await send('192.0.2.2');
    const denied = await send('192.0.2.3');
    expect(denied.status).toBe(429);
    expect(denied.headers.get('content-type')).toBe('application/problem+json');
    expect(Number(denied.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(denied.headers.get('ratelimit-policy')).toBe('"minute";q=2;w=60');
    expect(await denied.json()).toMatchObject({ status: 429, exceeded_windows: ['minute'] });
  });

  test('counts each client behind a trusted proxy', async () => {
    const url = `${await start({ limit: 'open', trustedProxies: ['127.0.0.1'] })}/limited`;
    const send = (address: string) => fetch(url, { headers: { 'x-forwarded-for': address } });
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3'])
      expect((await send(address)).status).toBe(200);
  });

  test.each([
    ['open', 200],
    ['closed', 503],
  ] as const)('an outage with the limit %s: %i', async (limit, status) => {
    const redis = unreachable();
    open.push(() => redis.disconnect());
    const response = await fetch(`${await start({ limit, redis })}/limited`);
    expect(response.status).toBe(status);
    if (status === 503) expect(response.headers.get('retry-after')).toBe('1');
  });
});
