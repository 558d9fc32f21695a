import type { Availability, Shop } from '@bookedbarber/contract';
import {
  type FaultProxy,
  type RedisServerProcess,
  startFaultProxy,
  startRedisServer,
  until,
} from '@bookedbarber/redis-tier/testing';
import pg from 'pg';
import { afterEach, expect, inject, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { makeShop, type Send, type ShopFixture, sendTo } from '../../support/shop-fixture.ts';

let redis: RedisServerProcess;
let newPrimary: RedisServerProcess | undefined;
let proxy: FaultProxy | undefined;
let server: TestServer;
afterEach(async () => {
  await server?.stop();
  await proxy?.close();
  proxy = undefined;
  await redis.close();
  await newPrimary?.close();
  newPrimary = undefined;
});

const oldPrice = 3000;
const newPrice = 9900;
const tomorrow = new Date(Date.now() + 30 * 3_600_000).toISOString().slice(0, 10);
const slot = `${tomorrow}T12:00:00+00:00`;

async function createShop(): Promise<ShopFixture> {
  return makeShop(sendTo(server.url, server.operatorToken), {
    shop: { zone: 'UTC' },
    services: [{ code: 'CUT', price_cents: oldPrice }],
  });
}

/** The price of the service and whether the slot is free, as a process returns them, with their X-Cache values. */
async function read(url: string, { shop, services }: ShopFixture) {
  const send: Send = sendTo(url);
  const page = await send('GET', `/api/v1/shops/${shop.slug}`);
  const query = `segment=${services[0]?.id}:any&from=${tomorrow}&days=1`;
  const days = await send('GET', `/api/v1/shops/${shop.slug}/availability?${query}`);
  return {
    price: (page.body as Shop).services[0]?.price_cents,
    free: (days.body as Availability).days[0]?.starts.includes(slot),
    sources: [page.headers.get('x-cache'), days.headers.get('x-cache')],
  };
}

async function change({ shop, services }: ShopFixture, url: string): Promise<void> {
  const operator = sendTo(url, server.operatorToken);
  const path = `/api/v1/shops/${shop.slug}`;
  const priced = await operator('PATCH', `${path}/services/${services[0]?.id}`, { price_cents: newPrice });
  const booked = await operator('POST', `${path}/bookings`, {
    segments: [{ service_id: services[0]?.id }],
    start: slot,
    client: { name: 'Zoë', email: 'zoe@example.com' },
  });
  expect([priced.status, booked.status]).toEqual([200, 201]);
}

// These tests check that no stale response occurs, not how long an update takes, which depends on the machine.
const isCached = (source: string | null): boolean => source === 'local' || source === 'remote';
const current = { price: newPrice, free: false };

/** Reads until all responses of these processes come from the cache. Every response must be current. */
async function staysCurrent(fixture: ShopFixture, urls: readonly string[] = server.urls): Promise<void> {
  // An assertion in the polled function fails the test at once, because only the result is polled.
  await until('all responses come from the cache', async () => {
    const all = await Promise.all(urls.map((url) => read(url, fixture)));
    for (const it of all) expect(it).toMatchObject(current);
    return all.flatMap((it) => it.sources).every(isCached);
  });
}

test('after a restart from an older RDB file, no process returns its stale data', async () => {
  redis = await startRedisServer(inject('redisBinary'));
  server = await startServer({ processes: 2, env: { REDIS_URL: redis.url } });
  const fixture = await createShop();
  await eventually(async () => {
    const all = await Promise.all(server.urls.map((url) => read(url, fixture)));
    for (const it of all) {
      expect(it).toMatchObject({ price: oldPrice, free: true });
      expect(it.sources.every(isCached)).toBe(true);
    }
  });
  await redis.admin.save();
  await change(fixture, server.url);
  await redis.kill();
  await redis.start();
  expect(await redis.admin.dbsize(), 'keys restored from the old file').toBeGreaterThan(0);
  const responses: unknown[] = [];
  const endMs = Date.now() + 4000;
  while (Date.now() < endMs) {
    for (const url of server.urls) responses.push(await read(url, fixture));
  }
  for (const it of responses) expect(it).toMatchObject(current);
  await staysCurrent(fixture);
});

test('writes of a process without a Redis connection reach the other processes within seconds', async () => {
  redis = await startRedisServer(inject('redisBinary'));
  proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
  const proxied = `redis://127.0.0.1:${proxy.port}`;
  server = await startServer({
    processes: 2,
    env: { REDIS_URL: redis.url },
    envOf: (process) => (process === 0 ? { REDIS_URL: proxied } : {}),
    worker: true,
  });
  const fixture = await createShop();
  const [here = '', there = ''] = server.urls;
  await eventually(async () => {
    const all = await Promise.all(server.urls.map((url) => read(url, fixture)));
    expect(all.flatMap((it) => it.sources).every(isCached)).toBe(true);
  });

  proxy.refuse();
  await change(fixture, here);
  // The process reads its own writes immediately, without Redis.
  expect(await read(here, fixture)).toMatchObject(current);
  // The relay of a worker sends the invalidations to the other processes.
  await eventually(async () => expect(await read(there, fixture)).toMatchObject(current));
  proxy.accept();
  for (let again = 0; again < 100; again += 1) {
    expect(await read(here, fixture)).toMatchObject(current);
    expect(await read(there, fixture)).toMatchObject(current);
  }
  await staysCurrent(fixture);
});

test('invalidations that a failed primary acknowledged are applied to the new primary, even if the sender has died', async () => {
  redis = await startRedisServer(inject('redisBinary'));
  newPrimary = await startRedisServer(inject('redisBinary'));
  let { port } = redis;
  proxy = await startFaultProxy(() => ({ host: '127.0.0.1', port }));
  const { url: successorUrl, port: successorPort } = newPrimary;
  server = await startServer({
    processes: 2,
    env: { REDIS_URL: `redis://127.0.0.1:${proxy.port}` },
    // This process has already followed the failover.
    envOf: (process) => (process === 1 ? { REDIS_URL: successorUrl } : {}),
    worker: true,
  });
  const fixture = await createShop();
  const [writer = '', reader = ''] = server.urls;
  await eventually(async () => {
    const before = await read(reader, fixture);
    expect(before).toMatchObject({ price: oldPrice, free: true });
    expect(before.sources.every(isCached)).toBe(true);
  });
  await change(fixture, writer);
  const database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
  await eventually(async () => {
    const { rows } = await database.query('SELECT 1 FROM outbox_invalidation WHERE applied_at IS NULL');
    expect(rows).toEqual([]);
  });
  await database.end();
  await server.kill(0);
  expect(await read(reader, fixture), 'no process can invalidate it').toMatchObject({ price: oldPrice });

  port = successorPort;
  proxy.cut();
  await eventually(async () => expect(await read(reader, fixture)).toMatchObject(current));
  await staysCurrent(fixture, [reader]);
});
