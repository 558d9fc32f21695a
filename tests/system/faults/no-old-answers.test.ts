import type { Availability, Shop } from '@bookedbarber/contract';
import {
  type FaultProxy,
  type RedisServerProcess,
  startFaultProxy,
  startRedisServer,
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

async function openShop(): Promise<ShopFixture> {
  return makeShop(sendTo(server.url, server.operatorToken), {
    shop: { zone: 'UTC' },
    services: [{ code: 'CUT', price_cents: oldPrice }],
  });
}

/** What a process shows of the shop: the price, whether the slot is free, and where both came from. */
async function shown(url: string, { shop, services }: ShopFixture) {
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

// How soon something comes is not judged here: others may use the machine too. What must never come is.
const isCached = (source: string | null): boolean => source === 'local' || source === 'remote';
const current = { price: newPrice, free: false };

/** Asks again and again until every answer comes from the cache; each on the way must be current. */
async function staysCurrent(fixture: ShopFixture): Promise<void> {
  await eventually(async () => {
    const all = await Promise.all(server.urls.map((url) => shown(url, fixture)));
    const old = all.filter(({ price, free }) => price !== newPrice || free);
    if (old.length > 0) throw Object.assign(new Error('an old answer'), { old });
    expect(all.flatMap((it) => it.sources).every(isCached)).toBe(true);
  });
}

test('after a restart from an older RDB file no process answers with what stood in it', async () => {
  redis = await startRedisServer(inject('redisBinary'));
  server = await startServer({ processes: 2, env: { REDIS_URL: redis.url } });
  const fixture = await openShop();
  await eventually(async () => {
    const all = await Promise.all(server.urls.map((url) => shown(url, fixture)));
    for (const it of all) {
      expect(it).toMatchObject({ price: oldPrice, free: true });
      expect(it.sources.every(isCached)).toBe(true);
    }
  });
  await redis.admin.save();
  await change(fixture, server.url);
  await redis.kill();
  await redis.start();
  expect(await redis.admin.dbsize(), 'keys that the old file brought back').toBeGreaterThan(0);
  const seen: unknown[] = [];
  const until = Date.now() + 4000;
  while (Date.now() < until) {
    for (const url of server.urls) seen.push(await shown(url, fixture));
  }
  for (const it of seen) expect(it).toMatchObject(current);
  await staysCurrent(fixture);
});

test('a process that writes while it is cut off from Redis is heard by the others within seconds', async () => {
  redis = await startRedisServer(inject('redisBinary'));
  proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
  const cutOff = `redis://127.0.0.1:${proxy.port}`;
  server = await startServer({
    processes: 2,
    env: { REDIS_URL: redis.url },
    envOf: (process) => (process === 0 ? { REDIS_URL: cutOff } : {}),
    worker: true,
  });
  const fixture = await openShop();
  const [here = '', there = ''] = server.urls;
  await eventually(async () => {
    const all = await Promise.all(server.urls.map((url) => shown(url, fixture)));
    expect(all.flatMap((it) => it.sources).every(isCached)).toBe(true);
  });

  proxy.refuse();
  await change(fixture, here);
  // Its own writes are read at once, without Redis.
  expect(await shown(here, fixture)).toMatchObject(current);
  // Any worker's relay tells the others.
  await eventually(async () => expect(await shown(there, fixture)).toMatchObject(current));
  proxy.accept();
  for (let again = 0; again < 100; again += 1) {
    expect(await shown(here, fixture)).toMatchObject(current);
    expect(await shown(there, fixture)).toMatchObject(current);
  }
  await staysCurrent(fixture);
});

test('what a superseded primary acknowledged to a process that died is applied to its successor', async () => {
  redis = await startRedisServer(inject('redisBinary'));
  newPrimary = await startRedisServer(inject('redisBinary'));
  let { port } = redis;
  proxy = await startFaultProxy(() => ({ host: '127.0.0.1', port }));
  const { url: successorUrl, port: successorPort } = newPrimary;
  server = await startServer({
    processes: 2,
    env: { REDIS_URL: `redis://127.0.0.1:${proxy.port}` },
    // This one has followed the fail-over already, the others have not.
    envOf: (process) => (process === 1 ? { REDIS_URL: successorUrl } : {}),
    worker: true,
  });
  const fixture = await openShop();
  const [writer = '', reader = ''] = server.urls;
  await eventually(async () => {
    const before = await shown(reader, fixture);
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
  expect(await shown(reader, fixture), 'nobody could tell it').toMatchObject({ price: oldPrice });

  port = successorPort;
  proxy.cut();
  await eventually(async () => expect(await shown(reader, fixture)).toMatchObject(current));
});
