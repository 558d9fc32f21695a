import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BookingCreated, CacheHealth } from '@bookedbarber/contract';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { startServer, type TestServer } from '../../support/server.ts';
import { makeShop, type ShopFixture, sendTo } from '../../support/shop-fixture.ts';

/** A Redis of this file's own, to be frozen and killed. */
class OwnRedis {
  readonly port: number;
  readonly folder: string;
  #child: ChildProcess | undefined;
  constructor(port: number, folder: string) {
    this.port = port;
    this.folder = folder;
  }

  async start(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.folder];
    this.#child = spawn(inject('redisBinary'), options, { stdio: 'ignore' });
    const probe = new Redis({
      port: this.port,
      lazyConnect: true,
      retryStrategy: () => 20,
      maxRetriesPerRequest: null,
    });
    probe.on('error', () => {});
    await probe.ping();
    probe.disconnect();
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

let redis: OwnRedis;
let server: TestServer;
let fixture: ShopFixture;
beforeAll(async () => {
  redis = new OwnRedis(await freePort(), await mkdtemp(join(tmpdir(), 'redis-health-')));
  await redis.start();
  server = await startServer({ env: { REDIS_URL: `redis://127.0.0.1:${redis.port}` } });
  fixture = await makeShop(sendTo(server.url, server.operatorToken), { shop: { zone: 'UTC' } });
});
afterEach(() => redis.signal('SIGCONT'));
afterAll(async () => {
  await server.stop();
  await redis.kill();
  await rm(redis.folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const closed = once(listener, 'close');
  listener.close();
  await closed;
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

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

async function becomes(status: CacheHealth['status'], withinMs: number): Promise<void> {
  await vi.waitFor(async () => expect((await health()).status).toBe(status), {
    timeout: withinMs,
    interval: 25,
  });
}

const away = {
  status: 'degraded',
  redis_available: false,
  hit_rate: 0,
  memory_usage: null,
  connections: null,
};

let minute = 0;
/** Books the next free time and gives back how long that took, in ms. */
async function book(): Promise<number> {
  const date = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
  const start = new Date(Date.parse(`${date}T09:00:00Z`) + minute * 60_000).toISOString();
  minute += 30;
  const began = performance.now();
  const answer = await sendTo(server.url)('POST', `/api/v1/shops/${fixture.shop.slug}/bookings`, {
    segments: [{ service_id: fixture.services[0]?.id }],
    start,
    client: { name: 'Zoë', email: 'zoe@example.com' },
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  expect((answer.body as BookingCreated).booking.status).toBe('confirmed');
  return performance.now() - began;
}

test('a healthy report says what Redis itself says', async () => {
  await becomes('healthy', 5000);
  const client = new Redis({ port: redis.port });
  try {
    await client.set('ballast', 'x'.repeat(8 * 1024 * 1024));
    await vi.waitFor(
      async () => {
        const report = await health();
        const info = await client.info();
        const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
        expect(report).toMatchObject({ status: 'healthy', redis_available: true, hit_rate: 0 });
        expect(report.connections).toBe(field('connected_clients'));
        expect(report.memory_usage).toMatch(/^\d+\.\dMB$/);
        expect(Number.parseFloat(report.memory_usage ?? '')).toBeCloseTo(field('used_memory') / 1024 ** 2, 0);
        expect(Number.parseFloat(report.memory_usage ?? '')).toBeGreaterThan(8);
      },
      { timeout: 5000, interval: 100 },
    );
  } finally {
    client.disconnect();
  }
});

describe('bookings go on, and the report says degraded within two seconds, and healthy again after', () => {
  test('a freeze', async () => {
    await becomes('healthy', 5000);
    redis.signal('SIGSTOP');
    await becomes('degraded', 2000);
    expect(await health()).toEqual(away);
    expect(await book()).toBeLessThan(2000);
    redis.signal('SIGCONT');
    await becomes('healthy', 5000);
  });

  test('a death', async () => {
    await becomes('healthy', 5000);
    await redis.kill();
    await becomes('degraded', 2000);
    expect(await health()).toEqual(away);
    expect(await book()).toBeLessThan(2000);
    await redis.start();
    await becomes('healthy', 10_000);
  });

  test('a freeze that a restart ends', async () => {
    await becomes('healthy', 5000);
    redis.signal('SIGSTOP');
    await becomes('degraded', 2000);
    await redis.kill();
    expect(await health()).toEqual(away);
    await redis.start();
    await becomes('healthy', 10_000);
  });
});

test('readiness does not depend on Redis', async () => {
  redis.signal('SIGSTOP');
  await becomes('degraded', 2000);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});

test('without an address of Redis a server in development starts, serves and says degraded', async () => {
  const alone = await startServer({ env: { REDIS_URL: undefined } });
  try {
    expect(await health(alone.url)).toEqual(away);
    expect((await fetch(`${alone.url}/readyz`)).status).toBe(200);
  } finally {
    await alone.stop();
  }
});
