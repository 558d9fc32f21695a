import type { Problem } from '@bookedbarber/contract';
import { type FaultProxy, startFaultProxy } from '@bookedbarber/redis-tier/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { makeShop, type ShopFixture, sendTo } from '../../support/shop-fixture.ts';

let database: TestDatabase;
let proxy: FaultProxy;
let server: LocalServer;
let fixture: ShopFixture;
beforeAll(async () => {
  database = await createTestDatabase();
  const url = new URL(database.url);
  proxy = await startFaultProxy({ host: url.hostname, port: Number(url.port) });
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  server = await startLocalServer({ env: { DATABASE_URL: url.href }, timing: { readyWithinMs: 200 } });
  fixture = await makeShop(sendTo(server.url, server.operatorToken));
});
afterAll(async () => {
  proxy.thaw();
  await server.stop();
  await proxy.close();
  await database.drop();
});

async function expectUnavailable(path: string): Promise<void> {
  const response = await fetch(`${server.url}${path}`);
  const body = (await response.json()) as Problem;
  expect([response.status, body.code]).toEqual([503, 'unavailable']);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('retry-after')).toBe('1');
  expect(JSON.stringify(body)).not.toMatch(/ECONN|127\.0\.0\.1|postgres|terminated/i);
}

const ready = () => eventually(async () => expect((await fetch(`${server.url}/readyz`)).status).toBe(200));

test('while the database refuses connections, the server is not ready and returns 503, then recovers', async () => {
  await ready();
  proxy.refuse();
  await expectUnavailable('/readyz');
  await expectUnavailable('/api/v1/shops/a-shop-that-is-not-cached');
  // Cached data is still served.
  expect((await fetch(`${server.url}/api/v1/shops/${fixture.shop.slug}`)).status).toBe(200);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  proxy.accept();
  await ready();
  expect((await fetch(`${server.url}/api/v1/shops/${fixture.shop.slug}`)).status).toBe(200);
});

test('while the database hangs, the server is not ready, then recovers', async () => {
  await ready();
  proxy.freeze();
  await expectUnavailable('/readyz');
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  proxy.thaw();
  await ready();
});

test('the process logs no unhandled errors', () => {
  expect(server.output()).toContain('"level":');
  expect(server.output()).not.toMatch(/unhandled|uncaught/i);
});
