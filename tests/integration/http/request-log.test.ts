import pg from 'pg';
import { afterEach, expect, test, vi } from 'vitest';
import { startServer, type TestServer } from '../../support/server.ts';
import { sendTo } from '../../support/shop-fixture.ts';

let server: TestServer;
afterEach(() => server.stop());

const requests = () =>
  server
    .output()
    .split('\n')
    .filter((line) => line.includes('request"'))
    .map(
      (line) => JSON.parse(line) as { msg: string; method: string; url: string; status: number; ms: number },
    );

test('a request that is neither slow nor failed leaves no line', async () => {
  server = await startServer();
  expect((await sendTo(server.url)('GET', '/api/v1/shops')).status).toBe(200);
  expect((await sendTo(server.url)('GET', '/api/v1/shops/nowhere')).status).toBe(404);
  await server.stop();
  expect(requests()).toEqual([]);
});

test('a slow one is told of', async () => {
  server = await startServer();
  const holder = new pg.Client({ connectionString: server.databaseUrl });
  await holder.connect();
  await holder.query('BEGIN; LOCK TABLE shop IN ACCESS EXCLUSIVE MODE');
  const asked = sendTo(server.url)('GET', '/api/v1/shops/nowhere');
  await holder.query('SELECT pg_sleep(1.2)');
  await holder.query('COMMIT');
  await holder.end();
  expect((await asked).status).toBe(404);
  await vi.waitFor(() =>
    expect(requests()).toEqual([
      expect.objectContaining({ msg: 'a slow request', url: '/api/v1/shops/nowhere', status: 404 }),
    ]),
  );
  expect(requests()[0]?.ms).toBeGreaterThanOrEqual(1000);
});

test('on the level debug each has a line', async () => {
  server = await startServer({ env: { LOG_LEVEL: 'debug' } });
  await sendTo(server.url)('GET', '/api/v1/shops');
  await vi.waitFor(() =>
    expect(requests()).toContainEqual(
      expect.objectContaining({ msg: 'a request', method: 'GET', url: '/api/v1/shops', status: 200 }),
    ),
  );
});
