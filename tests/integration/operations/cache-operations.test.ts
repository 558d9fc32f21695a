import { randomUUID } from 'node:crypto';
import type {
  AlertList,
  CacheInvalidationResult,
  CacheKeys,
  CacheStats,
  CacheWarmUpResult,
  Problem,
} from '@bookedbarber/contract';
import { type RedisServerProcess, startRedisServer } from '@bookedbarber/redis-tier/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { makeShop, type Send, type ShopFixture, sendTo } from '../../support/shop-fixture.ts';
import { shippedDeadlines } from '../../support/test-timing.ts';

let redis: RedisServerProcess;
let server: LocalServer;
let asOperator: Send;
let onSecond: Send;
let fixture: ShopFixture;
let path: string;

beforeAll(async () => {
  redis = await startRedisServer(inject('redisBinary'));
  server = await startLocalServer({
    apps: 2,
    env: { REDIS_URL: redis.url, REDIS_KEY_PREFIX: 'ops', ...highLimits },
  });
  asOperator = sendTo(server.url, server.operatorToken);
  onSecond = sendTo(server.urls[1] ?? '', server.operatorToken);
  fixture = await makeShop(asOperator, { shop: { zone: 'UTC' } });
  path = `/api/v1/shops/${fixture.shop.slug}`;
  await untilBothUseRedis();
});
afterAll(async () => {
  await server.stop();
  await redis.close();
});

const highLimits = {
  RATE_LIMIT_ENABLED: 'true',
  RATE_LIMIT_PER_MINUTE: '100000',
  RATE_LIMIT_PER_HOUR: '100000',
  RATE_LIMIT_PER_DAY: '100000',
};

const stats = async (send = asOperator): Promise<CacheStats> =>
  (await send('GET', '/api/v1/cache/stats')).body;
const alerts = async (send = asOperator): Promise<string[]> => {
  const { body } = await send('GET', '/api/v1/cache/alerts');
  return (body as AlertList).alerts.map(({ code }) => code);
};
const invalidate = (body: object) => asOperator('POST', '/api/v1/cache/invalidate', body);

/** Waits until both apps use Redis, track invalidations and count each other. */
async function untilBothUseRedis(): Promise<void> {
  for (const send of [asOperator, onSecond])
    await eventually(async () =>
      expect(await stats(send)).toMatchObject({
        tiers: { local: { tracking_connected: true }, remote: { available: true } },
        fleet: { processes: 2 },
      }),
    );
}

async function entries(query = ''): Promise<{ names: string[]; pages: number }> {
  const names = new Set<string>();
  let pages = 0;
  let cursor: string | null = '0';
  while (cursor !== null) {
    const { body } = await asOperator('GET', `/api/v1/cache/keys?cursor=${cursor}${query}`);
    for (const name of (body as CacheKeys).keys) names.add(name);
    cursor = (body as CacheKeys).cursor;
    pages += 1;
  }
  return { names: [...names].sort(), pages };
}

describe('statistics', () => {
  test('count the results of each policy by source, and report its TTLs', async () => {
    await invalidate({ shop: fixture.shop.slug });
    const before = await stats();
    for (let i = 0; i < 3; i++) await asOperator('GET', path);
    const after = await stats();
    const of = (from: CacheStats) => from.policies.find(({ policy }) => policy === 'static');
    expect((of(after)?.misses ?? 0) - (of(before)?.misses ?? 0)).toBe(1);
    expect((of(after)?.loads ?? 0) - (of(before)?.loads ?? 0)).toBe(1);
    const hits = (it: CacheStats) => (of(it)?.local_hits ?? 0) + (of(it)?.remote_hits ?? 0);
    expect(hits(after) - hits(before)).toBe(2);
    expect(of(after)).toMatchObject({
      ttl_seconds: 3600,
      stale_while_revalidate_seconds: 3600,
      load_errors: 0,
    });
    expect(of(after)?.mean_load_ms).toBeGreaterThan(0);
    expect(after.policies.map(({ ttl_seconds }) => ttl_seconds)).toEqual([300, 60, 600, 86_400, 1800, 3600]);
    const sum = (pick: (it: CacheStats['total']) => number) =>
      after.policies.reduce((total, it) => total + pick(it), 0);
    expect(after.total.misses).toBe(sum((it) => it.misses));
    expect(after.total.bytes_stored).toBe(sum((it) => it.bytes_stored));
    expect(after.total.bytes_stored).toBeGreaterThan(0);
    expect(after.tiers.local.entries).toBeGreaterThan(0);
  });

  test('include the lookups of other processes in the hit rate', async () => {
    const before = (await stats(onSecond)).fleet;
    for (let i = 0; i < 40; i++) await asOperator('GET', path);
    await eventually(async () => {
      const { fleet } = await stats(onSecond);
      expect(fleet.lookups - before.lookups).toBeGreaterThanOrEqual(80);
      const health = await onSecond('GET', '/api/v1/cache/health');
      expect(health.body).toMatchObject({ hit_rate: fleet.hit_rate });
      expect(fleet.hit_rate).toBeGreaterThan(before.hit_rate);
    });
  });

  test('exclude stopped processes from the hit rate', async () => {
    const env = { REDIS_URL: redis.url, REDIS_KEY_PREFIX: `ops-${randomUUID().slice(0, 8)}` };
    const first = await startLocalServer({ env });
    const send = sendTo(first.url, first.operatorToken);
    for (let i = 0; i < 5; i++) await send('GET', '/api/v1/shops');
    const key = `${env.REDIS_KEY_PREFIX}:h`;
    await eventually(async () =>
      expect(Object.values(await redis.admin.hgetall(key)).join()).toMatch(/ [1-9]\d* \d+$/),
    );
    await first.stop();
    // The last command of the stopped process may still be in flight.
    await eventually(async () => expect(await redis.admin.hgetall(key)).toEqual({}));
    const second = await startLocalServer({ env });
    await eventually(async () =>
      expect((await sendTo(second.url)('GET', '/api/v1/cache/health')).body).toMatchObject({
        status: 'healthy',
        hit_rate: 0,
      }),
    );
    await second.stop();
  });
});

describe('keys of entries', () => {
  test('are listed in pages, by shop and policy, without values', async () => {
    await asOperator('POST', '/api/v1/cache/warm-up', { shop: fixture.shop.slug, days: 62 });
    const prefix = `ops:c:{shop:${fixture.shop.slug}}`;
    await eventually(async () => {
      const days = await entries(`&policy=bookings&shop=${fixture.shop.slug}&limit=10`);
      expect(days.names).toHaveLength(62);
      expect(days.names.every((name) => name.startsWith(`${prefix}:bookings:1:day:2`))).toBe(true);
      expect(days.pages).toBeGreaterThan(1);
    });
    const other = await makeShop(asOperator, { shop: { name: 'Second Chair' } });
    await asOperator('POST', '/api/v1/cache/warm-up', { shop: other.shop.slug, days: 1 });
    const { names: all } = await entries(`&shop=${fixture.shop.slug}`);
    expect(all.every((name) => name.startsWith(`${prefix}:`))).toBe(true);
    expect(all).toContain(`${prefix}:static:2:menu`);
    expect(all).toContain(`${prefix}:business:2:shop`);
    expect(JSON.stringify(all)).not.toContain(fixture.shop.name);
  });

  test.each([
    ['policy=nothing', 400, 'invalid_request'],
    ['cursor=x', 400, 'invalid_request'],
    ['limit=1001', 400, 'invalid_request'],
    ['shop=nowhere', 404, 'shop_not_found'],
  ])('are not listed for %s: %i %s', async (query, status, code) => {
    const response = await asOperator('GET', `/api/v1/cache/keys?${query}`);
    expect([response.status, (response.body as Problem).code]).toEqual([status, code]);
  });
});

describe('a warm-up', () => {
  test('loads missing entries and reports their number; later requests are hits', async () => {
    const { shop, services } = await makeShop(asOperator, { shop: { zone: 'UTC' } });
    const warm = async (days?: number): Promise<CacheWarmUpResult> =>
      (await asOperator('POST', '/api/v1/cache/warm-up', { shop: shop.slug, ...(days && { days }) })).body;
    await invalidate({ shop: shop.slug });
    expect(await warm()).toEqual({ loaded: 17, already_cached: 0 });
    expect(await warm()).toEqual({ loaded: 0, already_cached: 17 });
    expect(await warm(20)).toEqual({ loaded: 6, already_cached: 17 });
    const tomorrow = new Date(Date.now() + 24 * 3_600_000).toISOString().slice(0, 10);
    const url = `/api/v1/shops/${shop.slug}/availability?segment=${services[0]?.id}:any&from=${tomorrow}&days=5`;
    for (const send of [asOperator, onSecond]) {
      expect((await send('GET', url)).headers.get('x-cache')).toMatch(/local|remote/);
      const page = await send('GET', `/api/v1/shops/${shop.slug}`);
      expect(page.headers.get('x-cache')).toMatch(/local|remote/);
    }
  });

  test('is replayed for a repeated idempotency key', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const { shop } = await makeShop(asOperator);
    await invalidate({ shop: shop.slug });
    const send = () => asOperator('POST', '/api/v1/cache/warm-up', { shop: shop.slug, days: 3 }, key);
    const first = await send();
    const again = await send();
    expect(first.body).toEqual({ loaded: 6, already_cached: 0 });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  test.each([
    ['of an unknown shop', { shop: 'nowhere' }, {}, 404, 'shop_not_found'],
    ['of 63 days', { days: 63 }, {}, 400, 'invalid_request'],
    ['of zero days', { days: 0 }, {}, 400, 'invalid_request'],
    ['without a key', {}, { 'idempotency-key': '' }, 400, 'idempotency_key_missing'],
  ])('%s is rejected', async (_name, body, headers, status, code) => {
    const full = { shop: fixture.shop.slug, ...body };
    const response = await asOperator('POST', '/api/v1/cache/warm-up', full, headers);
    expect([response.status, (response.body as Problem).code]).toEqual([status, code]);
  });
});

describe('an invalidation', () => {
  const page = async (send: Send) => (await send('GET', path)).headers.get('x-cache');

  test.each([
    ['of one tag', ['menu'], ['menu']],
    ['of everything', undefined, 'everything'],
  ])('%s takes effect in every process, and its outbox row is applied', async (_name, tags, invalidated) => {
    for (const send of [asOperator, onSecond]) {
      await page(send);
      await eventually(async () => expect(await page(send)).toBe('local'));
    }
    const body = { shop: fixture.shop.slug, ...(tags && { tags }) };
    const response = await invalidate(body);
    expect([response.status, response.body as CacheInvalidationResult]).toEqual([
      200,
      { shop: fixture.shop.slug, invalidated },
    ]);
    expect(await page(asOperator), 'in the process that invalidates').toBe('miss');
    // The other process may serve its local entry until the invalidation message arrives.
    await eventually(async () => expect(await page(onSecond)).not.toBe('local'));
    await eventually(async () => expect(await page(asOperator)).toMatch(/local|remote/));
    const database = new pg.Client({ connectionString: server.databaseUrl });
    await database.connect();
    await eventually(async () => {
      const { rows } = await database.query(
        `SELECT tags, applied_at FROM outbox_invalidation WHERE namespace = $1 ORDER BY id DESC LIMIT 1`,
        [`shop:${fixture.shop.slug}`],
      );
      expect(rows).toEqual([{ tags: tags ?? ['*'], applied_at: expect.any(Date) }]);
    });
    await database.end();
  });

  test('of other tags keeps an entry', async () => {
    await page(asOperator);
    await eventually(async () => expect(await page(asOperator)).toBe('local'));
    await invalidate({ shop: fixture.shop.slug, tags: ['day:2030-01-01', 'month:2030-01', 'hours', 'book'] });
    expect(await page(asOperator)).toBe('local');
  });

  test.each([
    ['a tag of clients', ['client:1']],
    ['an unknown tag', ['everything']],
    ['an empty list of tags', []],
    ['sixteen tags', Array.from({ length: 16 }, (_, day) => `day:2030-01-${day + 10}`)],
  ])('with %s is rejected', async (_name, tags) => {
    const response = await invalidate({ shop: fixture.shop.slug, tags });
    expect([response.status, (response.body as Problem).code]).toEqual([400, 'invalid_request']);
  });

  test('of an unknown shop is rejected', async () => {
    const response = await invalidate({ shop: 'nowhere' });
    expect([response.status, (response.body as Problem).code]).toEqual([404, 'shop_not_found']);
  });
});

test('the routes require the operator token', async () => {
  const asGuest = sendTo(server.url);
  for (const name of ['stats', 'keys', 'alerts'])
    expect((await asGuest('GET', `/api/v1/cache/${name}`)).status, name).toBe(401);
  for (const name of ['warm-up', 'invalidate'])
    expect((await asGuest('POST', `/api/v1/cache/${name}`, { shop: fixture.shop.slug })).status, name).toBe(
      401,
    );
});

describe('alerts', () => {
  const becomes = (check: (codes: string[]) => void, send = asOperator) =>
    eventually(async () => check(await alerts(send)));

  test('are empty in a healthy state', () => becomes((codes) => expect(codes).toEqual([])));

  test('report memory as a ticket first, then as a page', async () => {
    const used = async () => Number(/used_memory:(\d+)/.exec(await redis.admin.info('memory'))?.[1]);
    const severity = async () => {
      const { body } = await asOperator('GET', '/api/v1/cache/alerts');
      return (body as AlertList).alerts.find(({ code }) => code === 'redis_memory')?.severity;
    };
    for (const [share, expected] of [
      [0.85, 'ticket'],
      [0.95, 'page'],
      [0.5, undefined],
    ] as const) {
      await redis.admin.config('SET', 'maxmemory', String(Math.round((await used()) / share)));
      await eventually(async () => expect(await severity()).toBe(expected));
    }
    await redis.admin.config('SET', 'maxmemory', '0');
  });

  test('report late, dead and unknown messages', async () => {
    const date = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
    const booked = await asOperator('POST', `${path}/bookings`, {
      segments: [{ service_id: fixture.services[0]?.id }],
      start: `${date}T10:00:00Z`,
      client: { name: 'Zoë', email: 'zoe@example.com' },
    });
    expect(booked.status).toBe(201);
    const database = new pg.Client({ connectionString: server.databaseUrl });
    await database.connect();
    // No worker is running, so the messages keep the state that the test sets.
    for (const [change, code] of [
      ["state = 'pending', due_at = now() - interval '3 minutes'", 'messages_late'],
      ["state = 'unknown'", 'messages_unknown'],
      ["state = 'dead', finished_at = now()", 'messages_dead'],
      ["state = 'cancelled'", undefined],
    ] as const) {
      await database.query(`UPDATE outbox_message SET ${change}`);
      await becomes((codes) => expect(codes).toEqual(code === undefined ? [] : [code]));
    }
    await database.end();
  });

  test('report an unresponsive Redis, pending invalidations and local limits, and end with the outage', async () => {
    const frozen = await startRedisServer(inject('redisBinary'));
    const alone = await startLocalServer({
      env: { REDIS_URL: frozen.url, REDIS_KEY_PREFIX: 'frozen', ...highLimits },
      ...shippedDeadlines,
    });
    const send = sendTo(alone.url, alone.operatorToken);
    try {
      const { shop } = await makeShop(send, { shop: { zone: 'UTC' } });
      await becomes((codes) => expect(codes).toEqual([]), send);
      frozen.freeze();
      await becomes((codes) => {
        expect(codes[0]).toBe('redis_unavailable');
        expect(codes).toEqual(expect.arrayContaining(['jobs_without_queue', 'limits_without_redis']));
      }, send);
      await send('PATCH', `/api/v1/shops/${shop.slug}`, { name: 'Renamed Barbers' });
      await becomes((codes) => expect(codes).toContain('pending_invalidations'), send);
      expect((await send('GET', '/api/v1/cache/keys')).status).toBe(503);
      const warm = await send('POST', '/api/v1/cache/warm-up', { shop: shop.slug });
      expect([warm.status, (warm.body as Problem).code]).toEqual([503, 'unavailable']);
      expect((await send('POST', '/api/v1/cache/invalidate', { shop: shop.slug })).status).toBe(200);
      frozen.thaw();
      await becomes((codes) => expect(codes).toEqual([]), send);
    } finally {
      await frozen.close();
      await alone.stop();
    }
  });
});

test('a process above its connection budget logs a warning, keeps serving and raises an alert', async () => {
  const env = { REDIS_URL: redis.url, RATE_LIMIT_ENABLED: 'true' };
  const small = await startLocalServer({ env: { ...env, REDIS_MAX_CONNECTIONS: '2' } });
  const within = await startLocalServer({ env: { ...env, REDIS_MAX_CONNECTIONS: '4' } });
  try {
    const send = sendTo(small.url, small.operatorToken);
    await eventually(async () => expect(await alerts(send)).toContain('redis_connections'));
    expect((await send('GET', '/readyz')).status).toBe(200);
  } finally {
    await small.stop();
    await within.stop();
  }
  expect(small.output()).toMatch(/"held":4,"budget":2,.*REDIS_MAX_CONNECTIONS/);
  expect(within.output()).not.toContain('REDIS_MAX_CONNECTIONS');
});
