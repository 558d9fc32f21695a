import { type RedisServerProcess, startRedisServer } from '@bookedbarber/redis-tier/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { makeShop, sendTo } from '../../support/shop-fixture.ts';
import { shippedDeadlines } from '../../support/test-timing.ts';

let redis: RedisServerProcess;
let server: LocalServer;
beforeAll(async () => {
  redis = await startRedisServer(inject('redisBinary'));
  server = await startLocalServer({ env: { REDIS_URL: redis.url, RATE_LIMIT_ENABLED: 'true' } });
  await eventually(async () => expect((await scrape()).get('bookedbarber_redis_up')).toBe(1));
});
afterAll(async () => {
  await server.stop();
  await redis.close();
});

async function scrape(url = server.url): Promise<Map<string, number>> {
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return read(await response.text());
}

/** Parses series by name and labels. Throws for an invalid line and for a duplicate series. */
function read(text: string): Map<string, number> {
  const series = new Map<string, number>();
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.split('\n')) {
    if (line === '' || /^# (HELP|TYPE) /.test(line)) continue;
    const [, name = '', value = ''] =
      /^([a-z_][a-z0-9_]*(?:\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)*\})?) (\S+)$/i.exec(line) ?? [];
    expect(name, line).not.toBe('');
    // The event loop lag is NaN until it has been measured.
    if (!name.startsWith('nodejs_eventloop_lag')) expect(Number(value), line).not.toBeNaN();
    expect(series.has(name), line).toBe(false);
    series.set(name, Number(value));
  }
  return series;
}

const lookups = (source: string, policy = 'default') =>
  `bookedbarber_cache_lookups_total{policy="${policy}",source="${source}"}`;

test('counts each lookup, limit decision and request once', async () => {
  const before = await scrape();
  for (let i = 0; i < 4; i++) await fetch(`${server.url}/api/v1/shops`);
  await fetch(`${server.url}/api/v1/shops/nowhere`);
  const after = await scrape();
  const increase = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  const sources = ['local', 'remote', 'stale', 'miss'].map((source) => increase(lookups(source)));
  expect(sources.reduce((sum, count) => sum + count)).toBe(4);
  expect(increase(lookups('miss'))).toBeLessThan(4);
  expect(increase('bookedbarber_limit_decisions_total{limit="default",verdict="allowed"}')).toBe(5);
  expect(increase('bookedbarber_http_requests_total{status="4xx"}')).toBe(1);
  // The count includes the first scrape, which completed after it had read its own count.
  expect(increase('bookedbarber_http_requests_total{status="2xx"}')).toBe(5);
  const route = 'method="GET",route="/api/v1/shops"';
  expect(increase(`bookedbarber_http_request_duration_seconds_count{${route}}`)).toBe(4);
  expect(increase(`bookedbarber_http_request_duration_seconds_bucket{${route},le="+Inf"}`)).toBe(4);
  expect(increase(`bookedbarber_http_request_duration_seconds_bucket{${route},le="10"}`)).toBe(4);
  expect(increase(`bookedbarber_http_request_duration_seconds_sum{${route}}`)).toBeGreaterThan(0);
});

test('requests to arbitrary paths add no series', async () => {
  await fetch(`${server.url}/api/v1/made-up-0`);
  const before = (await scrape()).size;
  for (let i = 1; i < 20; i++) await fetch(`${server.url}/api/v1/made-up-${i}`);
  const after = await scrape();
  expect(after.size - before).toBeLessThan(20);
  expect([...after.keys()].join('\n')).not.toContain('made-up');
});

test('the reported number of Redis connections matches CLIENT LIST', async () => {
  const countConnections = async (): Promise<number> => {
    const list = (await redis.admin.call('CLIENT', 'LIST')) as string;
    return list.split('\n').filter((line) => line.includes('name=bookedbarber-')).length;
  };
  await eventually(async () => {
    const held = (await scrape()).get('bookedbarber_redis_connections');
    expect(held).toBe(4);
    expect(await countConnections()).toBe(held);
  });
});

test('includes the process, the database and the event loop', async () => {
  const series = await scrape();
  for (const name of [
    'process_cpu_user_seconds_total',
    'nodejs_eventloop_lag_p99_seconds',
    'bookedbarber_database_connections{state="idle"}',
    'bookedbarber_database_connections{state="waiting"}',
    'bookedbarber_cache_local_bytes',
    'bookedbarber_redis_operations_per_second',
    'bookedbarber_outbox_lag_seconds',
    'bookedbarber_cache_entries_loaded_total{policy="bookings",cause="expired"}',
  ])
    expect(series.has(name), name).toBe(true);
});

test('counts messages by state', async () => {
  const { shop, services } = await makeShop(sendTo(server.url, server.operatorToken), {
    shop: { zone: 'UTC' },
  });
  const date = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
  const response = await sendTo(server.url)('POST', `/api/v1/shops/${shop.slug}/bookings`, {
    segments: [{ service_id: services[0]?.id }],
    start: `${date}T10:00:00Z`,
    client: { name: 'Zoë', email: 'zoe@example.com' },
  });
  expect(response.status).toBe(201);
  // No worker is running, so the messages stay pending.
  await eventually(async () =>
    expect((await scrape()).get('bookedbarber_outbox_messages{state="pending"}')).toBeGreaterThan(0),
  );
  expect((await scrape()).get('bookedbarber_outbox_messages{state="dead"}')).toBe(0);
});

test('reports an unresponsive Redis without waiting for it', async () => {
  const watching = await startLocalServer({ env: { REDIS_URL: redis.url }, ...shippedDeadlines });
  try {
    await eventually(async () => expect((await scrape(watching.url)).get('bookedbarber_redis_up')).toBe(1));
    redis.freeze();
    await eventually(async () => expect((await scrape(watching.url)).get('bookedbarber_redis_up')).toBe(0));
    expect((await scrape(watching.url)).has('bookedbarber_redis_clients')).toBe(false);
  } finally {
    redis.thaw();
    await watching.stop();
  }
});

describe('access', () => {
  let inProcess: InProcess;
  beforeAll(async () => {
    inProcess = await startInProcess('2026-11-23T08:00:00-05:00');
  });
  afterAll(() => inProcess.close());
  const statusFrom = async (remoteAddress: string, headers: Record<string, string> = {}) =>
    (await inProcess.app.inject({ url: '/metrics', remoteAddress, headers })).statusCode;

  test.each(['127.0.0.1', '::1', '::ffff:10.1.2.3', '10.1.2.3', '172.31.0.1', '192.168.1.1', 'fd12::1'])(
    'is granted to %s without a token',
    async (address) => expect(await statusFrom(address)).toBe(200),
  );

  test.each(['203.0.113.7', '172.32.0.1', '::ffff:203.0.113.7', '2001:db8::1'])(
    'is granted to %s only with the operator token',
    async (address) => {
      expect(await statusFrom(address)).toBe(401);
      expect(await statusFrom(address, { authorization: 'Bearer a-wrong-token' })).toBe(401);
      const authorization = `Bearer ${server.operatorToken}`;
      expect(await statusFrom(address, { authorization })).toBe(200);
    },
  );

  test.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])(
    'is denied to a request that a local proxy forwarded with %s',
    async (header) => expect(await statusFrom('10.0.0.1', { [header]: '127.0.0.1' })).toBe(401),
  );
});
