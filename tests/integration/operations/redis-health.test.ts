import type { BookingCreated, CacheHealth } from '@bookedbarber/contract';
import { type RedisServerProcess, startRedisServer } from '@bookedbarber/redis-tier/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { makeShop, type ShopFixture, sendTo } from '../../support/shop-fixture.ts';
import { shippedDeadlines } from '../../support/test-timing.ts';

let redis: RedisServerProcess;
let server: LocalServer;
let fixture: ShopFixture;
beforeAll(async () => {
  redis = await startRedisServer(inject('redisBinary'));
  server = await startLocalServer({
    // A command that waited for the unresponsive Redis would time out after a minute only.
    env: { REDIS_URL: redis.url, REDIS_SOCKET_TIMEOUT: '60' },
    ...shippedDeadlines,
  });
  fixture = await makeShop(sendTo(server.url, server.operatorToken), { shop: { zone: 'UTC' } });
});
afterEach(() => redis.thaw());
afterAll(async () => {
  await redis.close();
  await server.stop();
});

async function health(url = server.url): Promise<CacheHealth> {
  const response = await fetch(`${url}/api/v1/cache/health`);
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const report = (await response.json()) as CacheHealth;
  expect(Object.keys(report)).toEqual([
    'status',
    'redis_available',
    'hit_rate',
    'memory_usage',
    'connections',
  ]);
  return report;
}

const becomes = (status: CacheHealth['status']): Promise<void> =>
  eventually(async () => expect((await health()).status).toBe(status));

const unavailable = {
  status: 'degraded',
  redis_available: false,
  hit_rate: 0,
  memory_usage: null,
  connections: null,
};

const date = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
let minute = 0;
/** Books the next free time and returns the duration, in ms. */
async function book(): Promise<number> {
  const start = new Date(Date.parse(`${date}T09:00:00Z`) + minute * 60_000).toISOString();
  minute += 30;
  const startedMs = performance.now();
  const response = await sendTo(server.url)('POST', `/api/v1/shops/${fixture.shop.slug}/bookings`, {
    segments: [{ service_id: fixture.services[0]?.id }],
    start,
    client: { name: 'Zoë', email: 'zoe@example.com' },
  });
  expect(response.status, JSON.stringify(response.body)).toBe(201);
  expect((response.body as BookingCreated).booking.status).toBe('confirmed');
  return performance.now() - startedMs;
}

test('a healthy report matches INFO', async () => {
  await becomes('healthy');
  const client = new Redis({ port: redis.port });
  try {
    await client.set('ballast', 'x'.repeat(8 * 1024 * 1024));
    await eventually(async () => {
      const report = await health();
      const info = await client.info();
      const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
      expect(report).toMatchObject({ status: 'healthy', redis_available: true, hit_rate: 0 });
      expect(report.connections).toBe(field('connected_clients'));
      expect(report.memory_usage).toMatch(/^\d+\.\dMB$/);
      expect(Number.parseFloat(report.memory_usage ?? '')).toBeCloseTo(field('used_memory') / 1024 ** 2, 0);
      expect(Number.parseFloat(report.memory_usage ?? '')).toBeGreaterThan(8);
    });
  } finally {
    client.disconnect();
  }
});

describe('bookings continue, and the report is degraded during and healthy after', () => {
  test('a freeze', async () => {
    await becomes('healthy');
    redis.freeze();
    await becomes('degraded');
    expect(await health()).toEqual(unavailable);
    expect(await book()).toBeLessThan(30_000);
    redis.thaw();
    await becomes('healthy');
  });

  test('a kill', async () => {
    await becomes('healthy');
    await redis.kill();
    await becomes('degraded');
    expect(await health()).toEqual(unavailable);
    expect(await book()).toBeLessThan(30_000);
    await redis.start();
    await becomes('healthy');
  });

  test('a freeze followed by a restart', async () => {
    await becomes('healthy');
    redis.freeze();
    await becomes('degraded');
    await redis.kill();
    expect(await health()).toEqual(unavailable);
    await redis.start();
    await becomes('healthy');
  });
});

test('readiness does not depend on Redis', async () => {
  redis.freeze();
  await becomes('degraded');
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});

test('a development server without REDIS_URL starts, serves requests and reports degraded', async () => {
  const alone = await startLocalServer({ env: { REDIS_URL: undefined } });
  try {
    expect(await health(alone.url)).toEqual(unavailable);
    expect((await fetch(`${alone.url}/readyz`)).status).toBe(200);
  } finally {
    await alone.stop();
  }
});
