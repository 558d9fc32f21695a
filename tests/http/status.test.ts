import type { CacheTuning, PolicyTuning, ServerStatus } from '@bookedbarber/contract';
import { type RedisServerProcess, startRedisServer } from '@bookedbarber/redis-tier/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { startServer, type TestServer } from '../setup/server.ts';
import { makeShop, type Send, type ShopFixture, sendTo } from '../setup/shop-fixture.ts';

let redis: RedisServerProcess;
let server: TestServer;
let asOperator: Send;
let onSecond: Send;
let fixture: ShopFixture;
let week: string;

beforeAll(async () => {
  redis = await startRedisServer(inject('redisBinary'));
  server = await startServer({
    processes: 2,
    env: {
      REDIS_URL: redis.url,
      REDIS_KEY_PREFIX: 'status',
      CACHE_TTL_BOOKINGS: '2',
      RATE_LIMIT_ENABLED: 'true',
      RATE_LIMIT_PER_MINUTE: '100000',
      RATE_LIMIT_PER_HOUR: '100000',
      RATE_LIMIT_PER_DAY: '100000',
    },
  });
  asOperator = sendTo(server.url, server.operatorToken);
  onSecond = sendTo(server.urls[1] ?? '', server.operatorToken);
  fixture = await makeShop(asOperator, { shop: { zone: 'UTC' } });
  const today = new Date().toISOString().slice(0, 10);
  week = `/api/v1/shops/${fixture.shop.slug}/availability?segment=${fixture.services[0]?.id}:any&from=${today}&days=7`;
  await becomes(({ processes, redis: { available } }) => expect([processes, available]).toEqual([2, true]));
}, 120_000);
afterEach(() => redis?.thaw());
afterAll(async () => {
  await server?.stop();
  await redis?.close();
});

const status = async (send = asOperator): Promise<ServerStatus> => (await send('GET', '/api/v1/status')).body;
const bookings = async (): Promise<PolicyTuning | undefined> =>
  ((await asOperator('GET', '/api/v1/cache/tuning')).body as CacheTuning).policies.find(
    ({ policy }) => policy === 'bookings',
  );
const becomes = (wanted: (status: ServerStatus) => void, timeout = 15_000) =>
  vi.waitFor(async () => wanted(await status()), { timeout, interval: 50 });

describe('the status', () => {
  test('adds up what all processes have answered', async () => {
    const of = ({ cache }: ServerStatus) => cache.policies.find(({ policy }) => policy === 'default');
    const before = of(await status());
    for (let i = 0; i < 20; i++)
      for (const send of [asOperator, onSecond]) await send('GET', '/api/v1/shops');
    await becomes((now) => {
      expect((of(now)?.look_ups ?? 0) - (before?.look_ups ?? 0)).toBe(40);
      expect((of(now)?.recent_look_ups ?? 0) - (before?.recent_look_ups ?? 0)).toBe(40);
      expect(of(now)?.hits).toBeGreaterThan(35);
      expect(now.cache.look_ups).toBe(now.cache.policies.reduce((sum, it) => sum + it.look_ups, 0));
    });
  });

  test('says of Redis what Redis says', async () => {
    const info = await redis.admin.info();
    const said = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
    await becomes(({ redis: of }) => {
      expect(of).toMatchObject({
        configured: true,
        available: true,
        max_clients: said('maxclients'),
        clients: said('connected_clients'),
        evicted_keys: 0,
        eviction_policy: 'noeviction',
      });
      expect(of.used_memory_bytes).toBeGreaterThan(500_000);
      expect(of.operations_per_second).toBeGreaterThan(0);
    });
  });

  test('counts refusals by what was refused, whichever process refused it', async () => {
    const of = ({ limits }: ServerStatus) => limits.resources.find(({ resource }) => resource === 'auth');
    const before = of(await status())?.refused ?? 0;
    const stranger = [server.url, server.urls[1] ?? ''].map((url) => sendTo(url, 'a-wrong-token'));
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++)
      for (const send of stranger) statuses.push((await send('GET', '/api/v1/status')).status);
    const refused = statuses.filter((code) => code === 429).length;
    expect(refused).toBeGreaterThan(0);
    await becomes((now) => {
      expect((of(now)?.refused ?? 0) - before).toBe(refused);
      expect(now.limits.decided_by).toBe('redis');
    });
  });

  test('tells where messages stand and how late they are', async () => {
    const date = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
    const booked = await asOperator('POST', `/api/v1/shops/${fixture.shop.slug}/bookings`, {
      segments: [{ service_id: fixture.services[0]?.id }],
      start: `${date}T10:00:00Z`,
      client: { name: 'Zoë', email: 'zoe@example.com' },
    });
    expect(booked.status).toBe(201);
    const database = new pg.Client({ connectionString: server.databaseUrl });
    await database.connect();
    // No worker runs here.
    await database.query(
      `UPDATE outbox_message SET state = 'pending', due_at = now() - interval '3 minutes'`,
    );
    await becomes(({ messages, alerts, queue }) => {
      expect(messages?.states['pending']).toBeGreaterThan(0);
      expect(messages?.late).toBe(messages?.states['pending']);
      expect(messages?.lag_seconds).toBeGreaterThanOrEqual(180);
      expect(messages?.lag_seconds).toBeLessThan(240);
      expect(alerts.map(({ code }) => code)).toContain('messages_late');
      expect(queue).toBe('shared');
    });
    await database.query(`UPDATE outbox_message SET state = 'sent', settled_at = now()`);
    await database.end();
    await becomes(({ messages }) => expect(messages).toMatchObject({ late: 0, lag_seconds: 0 }));
  });

  test('goes on without Redis, with what this process knows', async () => {
    redis.freeze();
    await becomes(({ processes, redis: of, alerts }) => {
      expect(of).toMatchObject({ available: false, used_memory_bytes: null, operations_per_second: null });
      expect(processes).toBe(1);
      expect(alerts[0]?.code).toBe('redis_away');
    });
    redis.thaw();
    await becomes(({ processes }) => expect(processes).toBe(2));
  });
});

describe('the tuning', () => {
  test('says of longer times that they would have saved the loads of what had only expired', async () => {
    const before = await bookings();
    await vi.waitFor(
      async () => {
        await asOperator('GET', week);
        expect((await bookings())?.entries.expired).toBeGreaterThanOrEqual(27);
      },
      { timeout: 30_000, interval: 100 },
    );
    const now = await bookings();
    expect(now).toMatchObject({ variable: 'CACHE_TTL_BOOKINGS', fresh_seconds: 2, kept_seconds: 4 });
    expect(now?.measured_seconds).toBeGreaterThan(0);
    const [shortest] = now?.instead ?? [];
    expect(shortest).toMatchObject({ fresh_seconds: 300, aged_seconds: 0, kept_seconds: 600 });
    const loads = (now?.loads ?? 0) - (before?.loads ?? 0);
    expect(loads).toBeGreaterThanOrEqual(3);
    // One load at the most made the copy, and what a held-up machine loaded without Redis or hearing is saved by no time.
    const others = (of: PolicyTuning | undefined): number =>
      of === undefined ? 0 : of.entries.first + of.entries.changed + of.entries.apart;
    const told = (shortest?.loads ?? 0) - (before?.instead[0]?.loads ?? 0);
    expect(told).toBeLessThanOrEqual(1 + others(now) - others(before));
    expect(told).toBeLessThan(loads);
  }, 40_000);

  test('offers a policy times that are at least twice its own', async () => {
    const { policies } = (await asOperator('GET', '/api/v1/cache/tuning')).body as CacheTuning;
    for (const { fresh_seconds, instead } of policies) {
      expect(instead.length).toBeGreaterThan(0);
      for (const other of instead) expect(other.fresh_seconds).toBeGreaterThanOrEqual(2 * fresh_seconds);
    }
  });

  test('estimates what an entry takes in Redis to within a third', async () => {
    const { policies } = (await asOperator('GET', '/api/v1/cache/tuning')).body as CacheTuning;
    const told = policies.find(({ policy }) => policy === 'bookings')?.bytes_per_entry ?? 0;
    const { keys, sizes } = await vi.waitFor(
      async () => {
        await asOperator('POST', '/api/v1/cache/warm-up', { shop: fixture.shop.slug, days: 30 });
        const keys = await redis.admin.keys('status:[ct]:*day:2*');
        expect(keys.length).toBeGreaterThan(30);
        const usage = await Promise.all(keys.map((key) => redis.admin.call('MEMORY', 'USAGE', key)));
        expect(usage).not.toContain(null);
        return { keys, sizes: usage.map(Number) };
      },
      { timeout: 20_000, interval: 50 },
    );
    const entries = keys.filter((key) => key.includes(':bookings:')).length;
    const real = sizes.reduce((sum, size) => sum + size, 0) / entries;
    expect(told / real).toBeGreaterThan(2 / 3);
    expect(told / real).toBeLessThan(4 / 3);
  });
});

test('who is no operator sees nothing of this', async () => {
  for (const path of ['status', 'cache/tuning'])
    expect((await sendTo(server.url)('GET', `/api/v1/${path}`)).status).toBe(401);
});
