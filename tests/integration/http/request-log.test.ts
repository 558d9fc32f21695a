import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { sendTo } from '../../support/shop-fixture.ts';

let server: LocalServer;
afterEach(() => server.stop());

const requests = () =>
  server
    .output()
    .split('\n')
    .filter((line) => line.includes('"url":"/api/v1/'))
    .map(
      (line) => JSON.parse(line) as { msg: string; method: string; url: string; status: number; ms: number },
    );

test('does not log a request that is neither slow nor failed', async () => {
  server = await startLocalServer({ timing: { slowRequestMs: 60_000 } });
  expect((await sendTo(server.url)('GET', '/api/v1/shops')).status).toBe(200);
  expect((await sendTo(server.url)('GET', '/api/v1/shops/nowhere')).status).toBe(404);
  await server.stop();
  expect(requests()).toEqual([]);
});

test('logs a slow request', async () => {
  server = await startLocalServer({ timing: { slowRequestMs: 50 } });
  const holder = new pg.Client({ connectionString: server.databaseUrl });
  await holder.connect();
  await holder.query('BEGIN; LOCK TABLE shop IN ACCESS EXCLUSIVE MODE');
  const pending = sendTo(server.url)('GET', '/api/v1/shops/nowhere');
  await eventually(async () => {
    const { rows } = await holder.query(
      'SELECT count(*)::int AS count FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND NOT granted',
    );
    expect(rows).toEqual([{ count: 1 }]);
  });
  await holder.query('SELECT pg_sleep(0.1)');
  await holder.query('COMMIT');
  await holder.end();
  expect((await pending).status).toBe(404);
  await eventually(() =>
    expect(requests()).toEqual([
      expect.objectContaining({ msg: 'slow request', url: '/api/v1/shops/nowhere', status: 404 }),
    ]),
  );
  expect(requests()[0]?.ms).toBeGreaterThanOrEqual(50);
});

test('logs every request at level debug', async () => {
  server = await startLocalServer({ env: { LOG_LEVEL: 'debug' }, timing: { slowRequestMs: 60_000 } });
  await sendTo(server.url)('GET', '/api/v1/shops');
  await eventually(() =>
    expect(requests()).toContainEqual(
      expect.objectContaining({ msg: 'request completed', method: 'GET', url: '/api/v1/shops', status: 200 }),
    ),
  );
});
