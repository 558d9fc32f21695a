import { type RedisClusterProcesses, startRedisCluster } from '@bookedbarber/redis-tier/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { makeShop, type Send, type ShopFixture, sendTo } from '../../support/shop-fixture.ts';

const perMinute = 40;

let cluster: RedisClusterProcesses;
let server: TestServer;
let operator: Send;
let guests: readonly Send[];
let fixture: ShopFixture;
let path: string;

beforeAll(async () => {
  cluster = await startRedisCluster(inject('redisBinary'), 3);
  server = await startServer({
    processes: 2,
    worker: true,
    env: {
      REDIS_URL: cluster.nodes[0]?.url,
      REDIS_CLUSTER: 'true',
      RATE_LIMIT_ENABLED: 'true',
      RATE_LIMIT_PER_MINUTE: String(perMinute),
    },
  });
  operator = sendTo(server.url, server.operatorToken);
  guests = server.urls.map((url) => sendTo(url));
  fixture = await makeShop(operator, { shop: { zone: 'UTC' } });
  path = `/api/v1/shops/${fixture.shop.slug}`;
  await healthy();
});
afterAll(async () => {
  await server?.stop();
  await cluster?.close();
});

const health = (send: Send) => send('GET', '/api/v1/cache/health');
const healthy = () =>
  eventually(async () => {
    for (const url of server.urls)
      expect((await health(sendTo(url))).body).toMatchObject({ status: 'healthy', redis_available: true });
  });
const from = (address: string) => ({ 'x-forwarded-for': address });
const source = async (send: Send, address: string) =>
  (await send('GET', path, undefined, from(address))).headers.get('x-cache');

/** The hour of the next booking. A retried test needs a new one, since the previous hour is taken. */
let hour = 8;

async function bookAndWaitForInvalidation(): Promise<void> {
  hour += 1;
  const date = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
  const booked = await operator('POST', `${path}/bookings`, {
    segments: [{ service_id: fixture.services[0]?.id }],
    start: `${date}T${String(hour).padStart(2, '0')}:00:00Z`,
    client: { name: 'Zoë', email: `zoe-${hour}@example.com` },
  });
  expect(booked.status, JSON.stringify(booked.body)).toBe(201);
  const database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
  try {
    await eventually(async () => {
      const { rows } = await database.query(
        `SELECT state FROM outbox_message WHERE booking_id = $1 AND kind LIKE '%onfirm%'`,
        [(booked.body as { booking: { id: string } }).booking.id],
      );
      expect(rows).toEqual([{ state: 'sent' }]);
    });
  } finally {
    await database.end();
  }
}

test('a cluster stores the cache, and every process receives invalidations', async () => {
  const [here, there] = guests as [Send, Send];
  await eventually(async () => expect(await source(here, '192.0.2.1')).toBe('local'));
  await eventually(async () => expect(await source(there, '192.0.2.2')).toBe('local'));
  const entries = await Promise.all(cluster.nodes.map(({ admin }) => admin.keys('*:c:*')));
  expect(entries.flat().length).toBeGreaterThan(0);
  await operator('PATCH', path, { name: 'Renamed Barbers' });
  await eventually(async () => {
    const { body } = await there('GET', path, undefined, from('192.0.2.3'));
    expect(body).toMatchObject({ name: 'Renamed Barbers' });
  });
});

test('a cluster enforces limits across all processes', async () => {
  const responses = await Promise.all(
    Array.from({ length: perMinute * 2 }, (_, index) =>
      (guests[index % 2] as Send)('GET', '/api/v1/shops', undefined, from('198.51.100.7')),
    ),
  );
  expect(responses.filter(({ status }) => status === 200)).toHaveLength(perMinute);
  expect(responses.filter(({ status }) => status === 429)).toHaveLength(perMinute);
});

test('a queue in a cluster delivers the messages of a booking', async () => {
  await bookAndWaitForInvalidation();
  const queues = await Promise.all(cluster.nodes.map(({ admin }) => admin.keys('{*:j}:*')));
  expect(queues.filter((keys) => keys.length > 0)).toHaveLength(1);
});

test('a failed node is reported, loses no booking and no email, and is used again after its restart', async () => {
  const [node] = cluster.nodes;
  await node?.kill();
  await eventually(async () => {
    expect((await health(operator)).body).toMatchObject({ status: 'degraded', redis_available: false });
  });
  await bookAndWaitForInvalidation();
  await node?.start();
  await healthy();
  await bookAndWaitForInvalidation();
});
