import type { CacheTuning, PolicyTuning, ServerStatus } from '@bookedbarber/contract';
import { type RedisServerProcess, startRedisServer } from '@bookedbarber/redis-tier/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { makeShop, type Send, type ShopFixture, sendTo } from '../../support/shop-fixture.ts';
import { shippedDeadlines } from '../../support/test-timing.ts';

const highLimits = {
  RATE_LIMIT_ENABLED: 'true',
  RATE_LIMIT_PER_MINUTE: '100000',
  RATE_LIMIT_PER_HOUR: '100000',
  RATE_LIMIT_PER_DAY: '100000',
};
/** How far the test clock is ahead of the system clock, in ms. */
let aheadMs = 0;
const clock = { nowMs: () => Date.now() + aheadMs };

let redis: RedisServerProcess;
let server: LocalServer;
let asOperator: Send;
let onSecond: Send;
let fixture: ShopFixture;

beforeAll(async () => {
  redis = await startRedisServer(inject('redisBinary'));
  server = await startLocalServer({
    apps: 2,
    env: {
      REDIS_URL: redis.url,
      REDIS_KEY_PREFIX: 'status',
      CACHE_TTL_BOOKINGS: '2',
      CACHE_CLOCK: 'parent',
      ...highLimits,
    },
    clock,
  });
  asOperator = sendTo(server.url, server.operatorToken);
  onSecond = sendTo(server.urls[1] ?? '', server.operatorToken);
  fixture = await makeShop(asOperator, { shop: { zone: 'UTC' } });
  await becomes(({ processes, redis: { available } }) => expect([processes, available]).toEqual([2, true]));
});
afterAll(async () => {
  await server?.stop();
  await redis?.close();
});

const status = async (send = asOperator): Promise<ServerStatus> => (await send('GET', '/api/v1/status')).body;
const bookings = async (send = asOperator): Promise<PolicyTuning | undefined> =>
  ((await send('GET', '/api/v1/cache/tuning')).body as CacheTuning).policies.find(
    ({ policy }) => policy === 'bookings',
  );
const becomes = (check: (status: ServerStatus) => void, send = asOperator) =>
  eventually(async () => check(await status(send)));

describe('the status', () => {
  test('sums the lookups of all processes', async () => {
    const of = ({ cache }: ServerStatus) => cache.policies.find(({ policy }) => policy === 'default');
    const before = of(await status());
    for (let i = 0; i < 20; i++)
      for (const send of [asOperator, onSecond]) await send('GET', '/api/v1/shops');
    await becomes((now) => {
      expect((of(now)?.lookups ?? 0) - (before?.lookups ?? 0)).toBe(40);
      expect((of(now)?.recent_lookups ?? 0) - (before?.recent_lookups ?? 0)).toBe(40);
      expect(of(now)?.hits).toBeGreaterThan(35);
      expect(now.cache.lookups).toBe(now.cache.policies.reduce((sum, it) => sum + it.lookups, 0));
    });
  });

  test('reports the values of INFO', async () => {
    await eventually(async () => {
      const info = await redis.admin.info();
      const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
      const { redis: of } = await status();
      expect(of).toMatchObject({
        configured: true,
        available: true,
        max_clients: field('maxclients'),
        clients: field('connected_clients'),
        evicted_keys: 0,
        eviction_policy: 'noeviction',
      });
      expect(of.used_memory_bytes).toBeGreaterThan(500_000);
      expect(of.operations_per_second).toBeGreaterThan(0);
    });
  });

  test('counts denials by limit, of all processes', async () => {
    const of = ({ limits }: ServerStatus) => limits.by_limit.find(({ limit }) => limit === 'auth');
    const before = of(await status())?.denied ?? 0;
    const attackers = [server.url, server.urls[1] ?? ''].map((url) => sendTo(url, 'a-wrong-token'));
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++)
      for (const send of attackers) statuses.push((await send('GET', '/api/v1/status')).status);
    const denied = statuses.filter((code) => code === 429).length;
    expect(denied).toBeGreaterThan(0);
    await becomes((now) => {
      expect((of(now)?.denied ?? 0) - before).toBe(denied);
      expect(now.limits.decided_by).toBe('redis');
    });
  });

  test('reports messages by state and their lag', async () => {
    const date = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
    const booked = await asOperator('POST', `/api/v1/shops/${fixture.shop.slug}/bookings`, {
      segments: [{ service_id: fixture.services[0]?.id }],
      start: `${date}T10:00:00Z`,
      client: { name: 'Zoë', email: 'zoe@example.com' },
    });
    expect(booked.status).toBe(201);
    const database = new pg.Client({ connectionString: server.databaseUrl });
    await database.connect();
    // No worker is running.
    await database.query(`UPDATE outbox_message SET state = 'pending', due_at = $1`, [
      new Date(clock.nowMs() - 180_000),
    ]);
    await becomes(({ messages, alerts, queue }) => {
      expect(messages?.states['pending']).toBeGreaterThan(0);
      expect(messages?.late).toBe(messages?.states['pending']);
      expect(messages?.lag_seconds).toBeGreaterThanOrEqual(180);
      expect(messages?.lag_seconds).toBeLessThan(600);
      expect(alerts.map(({ code }) => code)).toContain('messages_late');
      expect(queue).toBe('shared');
    });
    await database.query(`UPDATE outbox_message SET state = 'sent', finished_at = now()`);
    await database.end();
    await becomes(({ messages }) => expect(messages).toMatchObject({ late: 0, lag_seconds: 0 }));
  });

  test('reports the state of this process alone while Redis is unavailable', async () => {
    const frozen = await startRedisServer(inject('redisBinary'));
    const two = await startLocalServer({ apps: 2, env: { REDIS_URL: frozen.url }, ...shippedDeadlines });
    const send = sendTo(two.url, two.operatorToken);
    try {
      await becomes(({ processes }) => expect(processes).toBe(2), send);
      frozen.freeze();
      await becomes(({ processes, redis: of, alerts }) => {
        expect(of).toMatchObject({ available: false, used_memory_bytes: null, operations_per_second: null });
        expect(processes).toBe(1);
        expect(alerts[0]?.code).toBe('redis_unavailable');
      }, send);
      frozen.thaw();
      await becomes(({ processes }) => expect(processes).toBe(2), send);
    } finally {
      await frozen.close();
      await two.stop();
    }
  });
});

describe('the TTL simulation', () => {
  test('shows that longer TTLs save the loads of expired entries', async () => {
    const today = new Date(clock.nowMs()).toISOString().slice(0, 10);
    const week = `/api/v1/shops/${fixture.shop.slug}/availability?segment=${fixture.services[0]?.id}:any&from=${today}&days=7`;
    const before = await bookings();
    const expired = before?.entries.expired ?? 0;
    for (let round = 0; round <= 3; round += 1) {
      // Between the TTL of two seconds and the hard TTL of four.
      aheadMs += 3000;
      await asOperator('GET', week);
      await eventually(async () =>
        expect((await bookings())?.entries.expired).toBeGreaterThanOrEqual(expired + round * 9),
      );
    }
    const now = await bookings();
    expect(now).toMatchObject({ variable: 'CACHE_TTL_BOOKINGS', ttl_seconds: 2, hard_ttl_seconds: 4 });
    expect(now?.measured_seconds).toBeGreaterThan(0);
    const [shortest] = now?.alternatives ?? [];
    expect(shortest).toMatchObject({
      ttl_seconds: 300,
      stale_while_revalidate_seconds: 0,
      hard_ttl_seconds: 600,
    });
    const loads = (now?.loads ?? 0) - (before?.loads ?? 0);
    expect(loads).toBeGreaterThanOrEqual(3);
    // A simulation saves neither the first load of an entry nor loads that bypass the cache.
    const others = (of: PolicyTuning | undefined): number =>
      of === undefined ? 0 : of.entries.first + of.entries.invalidated + of.entries.uncached;
    const simulated = (shortest?.loads ?? 0) - (before?.alternatives[0]?.loads ?? 0);
    expect(simulated).toBeLessThanOrEqual(1 + others(now) - others(before));
    expect(simulated).toBeLessThan(loads);
  });

  test('uses TTLs of at least twice the current one', async () => {
    const { policies } = (await asOperator('GET', '/api/v1/cache/tuning')).body as CacheTuning;
    expect(policies).toHaveLength(6);
    for (const { ttl_seconds, alternatives } of policies) {
      expect(alternatives.length).toBeGreaterThan(0);
      for (const other of alternatives) expect(other.ttl_seconds).toBeGreaterThanOrEqual(2 * ttl_seconds);
    }
  });

  test('estimates the memory of an entry in Redis to within a third', async () => {
    // With the default TTLs, which are longer than the test.
    const sized = await startLocalServer({ env: { REDIS_URL: redis.url, REDIS_KEY_PREFIX: 'sized' } });
    const send = sendTo(sized.url, sized.operatorToken);
    const { shop } = await makeShop(send, { shop: { zone: 'UTC' } });
    const { keys, sizes } = await eventually(async () => {
      await send('POST', '/api/v1/cache/warm-up', { shop: shop.slug, days: 30 });
      const keys = await redis.admin.keys('sized:[ct]:*day:2*');
      expect(keys.length).toBeGreaterThan(30);
      const usage = await Promise.all(keys.map((key) => redis.admin.call('MEMORY', 'USAGE', key)));
      expect(usage).not.toContain(null);
      return { keys, sizes: usage.map(Number) };
    });
    const estimate = (await bookings(send))?.bytes_per_entry ?? 0;
    await sized.stop();
    const entries = keys.filter((key) => key.includes(':bookings:')).length;
    const actual = sizes.reduce((sum, size) => sum + size, 0) / entries;
    expect(estimate / actual).toBeGreaterThan(2 / 3);
    expect(estimate / actual).toBeLessThan(4 / 3);
  });
});

test('the routes require the operator token', async () => {
  for (const path of ['status', 'cache/tuning'])
    expect((await sendTo(server.url)('GET', `/api/v1/${path}`)).status).toBe(401);
});
