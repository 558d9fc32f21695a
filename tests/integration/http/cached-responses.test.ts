import type { Availability, BookingCreated, Shop } from '@bookedbarber/contract';
import { type RedisServerProcess, startRedisServer } from '@bookedbarber/redis-tier/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { makeShop, type Send, type ShopFixture, sendTo } from '../../support/shop-fixture.ts';

const prefix = 'cached';

let redis: RedisServerProcess;
let server: LocalServer;
let one: Send;
let other: Send;
let fixture: ShopFixture;
let path: string;

beforeAll(async () => {
  redis = await startRedisServer(inject('redisBinary'));
  server = await startLocalServer({ apps: 2, env: { REDIS_URL: redis.url, REDIS_KEY_PREFIX: prefix } });
  [one, other] = server.urls.map((url) => sendTo(url, server.operatorToken)) as [Send, Send];
});
beforeEach(async () => {
  await openShop();
  // Remove the entries that creating the shop has cached.
  await one('POST', '/api/v1/cache/invalidate', { shop: fixture.shop.slug });
});
afterAll(async () => {
  await server.stop();
  await redis.close();
});

const source = async (send: Send, url = path): Promise<string | null> =>
  (await send('GET', url)).headers.get('x-cache');

async function openShop(): Promise<void> {
  fixture = await makeShop(one, { shop: { zone: 'UTC' } });
  path = `/api/v1/shops/${fixture.shop.slug}`;
  await Promise.all([one, other].map(waitForRedis));
}

function waitForSource(send: Send, expected: RegExp, url = path): Promise<void> {
  return eventually(async () => expect(await source(send, url)).toMatch(expected));
}

async function waitForRedis(send: Send): Promise<void> {
  await eventually(async () =>
    expect((await send('GET', '/api/v1/cache/stats')).body).toMatchObject({
      tiers: { local: { tracking_connected: true }, remote: { available: true } },
    }),
  );
}

const date = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
const availability = (): string =>
  `${path}/availability?segment=${fixture.services[0]?.id}:any&from=${date}&days=1`;

async function starts(send: Send): Promise<string[]> {
  const { body } = await send('GET', availability());
  return (body as Availability).days[0]?.starts.map((start) => start.slice(11, 16)) ?? [];
}

const book = async (send: Send, time: string): Promise<BookingCreated> => {
  const response = await send('POST', `${path}/bookings`, {
    segments: [{ service_id: fixture.services[0]?.id }],
    start: `${date}T${time}:00Z`,
    client: { name: 'Zoë', email: 'zoe@example.com' },
  });
  expect(response.status, JSON.stringify(response.body)).toBe(201);
  return response.body;
};

const priceAt = async (send: Send): Promise<number | undefined> =>
  ((await send('GET', path)).body as Shop).services[0]?.price_cents;
const setPrice = (cents: number) =>
  one('PATCH', `${path}/services/${fixture.services[0]?.id}`, { price_cents: cents });

test.each([
  ['a page', () => path],
  ['free times', availability],
])('%s is loaded once, then read from Redis by another process, then served locally', async (_name, url) => {
  expect(await source(one, url())).toBe('miss');
  expect(await source(other, url())).toBe('remote');
  await waitForSource(one, /^local$/, url());
  await waitForSource(other, /^local$/, url());
  expect((await one('GET', url())).body).toEqual((await other('GET', url())).body);
});

test('a page is not sent again to a client that has its ETag, until it changes', async () => {
  const { headers } = await one('GET', path);
  const etag = headers.get('etag') ?? '';
  expect(etag).toMatch(/^"\S+"$/);
  expect(headers.get('cache-control')).toBe('private, no-cache');
  for (const [send, tag] of [
    [one, etag],
    [other, etag],
    [one, `W/${etag}`],
    [one, `"another", ${etag}`],
  ] as const) {
    const again = await send('GET', path, undefined, { 'if-none-match': tag });
    expect([again.status, again.body]).toEqual([304, '']);
    expect(again.headers.get('etag')).toBe(etag);
  }
  expect((await one('GET', path, undefined, { 'if-none-match': '"another"' })).status).toBe(200);
  await setPrice(4321);
  const changed = await one('GET', path, undefined, { 'if-none-match': etag });
  expect(changed.status).toBe(200);
  expect(changed.headers.get('etag')).not.toBe(etag);
});

describe('a price change', () => {
  test('is visible on the same process after its response', async () => {
    for (let cents = 1000; cents < 1008; cents++) {
      await priceAt(one);
      expect((await setPrice(cents)).status).toBe(200);
      expect(await priceAt(one)).toBe(cents);
    }
  });

  test('is visible immediately on a process without a local copy', async () => {
    // Only the first process loads the page, so the second one reads from Redis.
    for (let cents = 1100; cents < 1105; cents++) {
      const { shop, services } = await makeShop(one, { shop: { zone: 'UTC' } });
      const at = `/api/v1/shops/${shop.slug}`;
      await one('GET', at);
      await one('PATCH', `${at}/services/${services[0]?.id}`, { price_cents: cents });
      const { body } = await other('GET', at);
      expect((body as Shop).services[0]?.price_cents).toBe(cents);
    }
  });

  test('is visible on a process with a local copy after its invalidation, and stays visible', async () => {
    await one('GET', path);
    await waitForSource(other, /^local$/);
    await setPrice(2222);
    await eventually(async () => expect(await priceAt(other)).toBe(2222));
    for (let i = 0; i < 20; i++) expect(await priceAt(other)).toBe(2222);
  });
});

describe('a booked time', () => {
  test('is not offered by the same process immediately, and by others after the invalidation', async () => {
    expect(await starts(one)).toContain('10:00');
    expect(await starts(other)).toContain('10:00');
    await waitForSource(other, /^local$/, availability());
    const { booking } = await book(one, '10:00');
    expect(await starts(one)).not.toContain('10:00');
    await eventually(async () => expect(await starts(other)).not.toContain('10:00'));
    expect(await starts(other)).toContain('11:00');
    await one('POST', `/api/v1/bookings/${booking.id}/cancel`, {});
    expect(await starts(one)).toContain('10:00');
  });
});

describe('without the cache', () => {
  test('responses are the same, and Redis contains no entries', async () => {
    const uncached = await startLocalServer({
      env: {
        REDIS_URL: redis.url,
        REDIS_KEY_PREFIX: 'uncached',
        CACHE_ENABLED: 'false',
        DATABASE_URL: server.databaseUrl,
      },
    });
    try {
      const send = sendTo(uncached.url, uncached.operatorToken);
      for (const url of [path, availability(), '/api/v1/shops']) {
        for (let i = 0; i < 2; i++) expect(await source(send, url)).toBe('miss');
        expect((await send('GET', url)).body).toEqual((await one('GET', url)).body);
      }
      const health = await send('GET', '/api/v1/cache/health');
      expect(health.body).toMatchObject({ hit_rate: 0 });
      expect(await redis.admin.keys('uncached:c:*')).toEqual([]);
      expect(await redis.admin.keys('uncached:t:*')).toEqual([]);
    } finally {
      await uncached.stop();
    }
  });
});

test('unknown slugs create no keys', async () => {
  await one('GET', path);
  const keys = async (): Promise<string[]> => (await redis.admin.keys(`${prefix}:*`)).sort();
  const before = await keys();
  for (let i = 0; i < 20; i++) {
    expect((await one('GET', `/api/v1/shops/guess-${i}`)).status).toBe(404);
    const url = `/api/v1/shops/guess-${i}/availability?segment=${fixture.services[0]?.id}:any&from=${date}`;
    expect((await one('GET', url)).status).toBe(404);
    expect(
      (await one('GET', `/api/v1/shops/guess-${i}/analytics?from=2026-01-01&to=2026-01-31`)).status,
    ).toBe(404);
  }
  expect((await keys()).filter((name) => name.includes('guess'))).toEqual([]);
  expect((await keys()).length).toBeLessThanOrEqual(before.length + 3);
});

describe('while Redis is unavailable', () => {
  /** Long enough for a busy machine. If every read waited for it, the 70 requests below would take over a minute. */
  const cacheDeadlineMs = 1000;
  let ownRedis: RedisServerProcess;
  let apps: LocalServer;
  beforeAll(async () => {
    ownRedis = await startRedisServer(inject('redisBinary'));
    apps = await startLocalServer({ apps: 2, env: { REDIS_URL: ownRedis.url }, cacheDeadlineMs });
  });
  beforeEach(async () => {
    [one, other] = apps.urls.map((url) => sendTo(url, apps.operatorToken)) as [Send, Send];
    await openShop();
  });
  afterAll(async () => {
    await ownRedis?.close();
    await apps?.stop();
  });

  test('a server that cannot reach Redis receives invalidations from the database, and returns no old price', async () => {
    await waitForSource(other, /^local/);
    ownRedis.freeze();
    try {
      await setPrice(4444);
      await eventually(async () => expect(await priceAt(other)).toBe(4444));
      // Also those that come later in the outage.
      await setPrice(5555);
      await eventually(async () => expect(await priceAt(other)).toBe(5555));
    } finally {
      ownRedis.thaw();
    }
    await Promise.all([one, other].map(waitForRedis));
    expect(await priceAt(other)).toBe(5555);
  });

  test('requests and bookings succeed without stale responses while Redis hangs', async () => {
    await one('GET', path);
    expect(await starts(other)).toContain('10:00');
    ownRedis.freeze();
    try {
      await setPrice(3333);
      expect(await priceAt(one)).toBe(3333);
      await book(one, '10:00');
      expect(await starts(one)).not.toContain('10:00');
      const startedAt = performance.now();
      for (let i = 0; i < 70; i++) expect((await other('GET', availability())).status).toBe(200);
      expect(performance.now() - startedAt).toBeLessThan(60 * cacheDeadlineMs);
      await eventually(async () => expect(await starts(other)).not.toContain('10:00'));
      expect(await priceAt(other)).toBe(3333);
    } finally {
      ownRedis.thaw();
    }
    await Promise.all([one, other].map(waitForRedis));
    await eventually(async () => expect(await priceAt(other)).toBe(3333));
    await eventually(async () => expect(await starts(other)).not.toContain('10:00'));
  });

  test('the cache fills again after Redis restarts empty', async () => {
    await one('GET', path);
    await ownRedis.kill();
    await waitForSource(one, /stale|miss/);
    expect((await book(other, '12:00')).booking.status).toBe('confirmed');
    await ownRedis.start();
    await Promise.all([one, other].map(waitForRedis));
    await waitForSource(one, /^local$/);
    expect(await starts(one)).not.toContain('12:00');
  });
});
