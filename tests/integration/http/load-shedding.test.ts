import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type LightMyRequestResponse } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectDatabase, type Db, poolUse } from '../../../apps/server/src/database/connect.ts';
import type { App } from '../../../apps/server/src/http/app-type.ts';
import { createOperatorCheck } from '../../../apps/server/src/http/operator.ts';
import { loadShedding } from '../../../apps/server/src/http/plugins/load-shedding.ts';
import { problemDetails } from '../../../apps/server/src/http/plugins/problem-details.ts';
import { shippedTiming } from '../../../apps/server/src/main/timing.ts';
import { operationsRoutes } from '../../../apps/server/src/operations/operations-routes.ts';
import {
  databaseThresholdsMs,
  type LoadLevel,
  type LoadMonitor,
  monitorLoad,
} from '../../../apps/server/src/throttling/load.ts';
import { createShedding, type Shedding } from '../../../apps/server/src/throttling/shedding.ts';
import { createTestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { testOperatorToken } from '../../support/server.ts';

const poolSize = 2;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;
let load: LoadMonitor;
let shedding: Shedding;
let app: App;
/** Caps the measured wait, so that the load stays at a level until the test has checked it. */
let maxWaitMs: number;

/** Routes with the patterns of the real ones, on a real pool. One of the two reads uses the database. */
beforeAll(async () => {
  database = await createTestDatabase();
  db = connectDatabase(
    {
      url: database.url,
      poolSize,
      acquireTimeoutMs: 120_000,
      statementTimeoutMs: 120_000,
      applicationName: 'load-shedding test',
      admit: () => shedding.admit(),
    },
    () => {},
  );
  const monitor = monitorLoad({ databaseWaitMs: () => Math.min(poolUse(db).maxWaitMs, maxWaitMs) });
  // This test covers the pool. Ignore the event loop delay, which other load on the machine may cause.
  load = {
    ...monitor,
    now: () => ({ ...monitor.now(), loop: 'normal', level: monitor.now().database }),
  };
  shedding = createShedding(load);
  app = Fastify().withTypeProvider<TypeBoxTypeProvider>();
  problemDetails(app);
  loadShedding(app, { shedding, operator: createOperatorCheck(testOperatorToken) });
  const fromDatabase = async () => ({ rows: (await sql`SELECT 1`.execute(db)).rows.length });
  app.get('/api/v1/shops', () => ({ cached: true }));
  app.get('/api/v1/shops/:shop', fromDatabase);
  app.patch('/api/v1/shops/:shop', fromDatabase);
  app.get('/api/v1/shops/:shop/analytics', fromDatabase);
  app.post('/api/v1/shops/:shop/holds', fromDatabase);
  const timing = { ...shippedTiming, readyWithinMs: 60_000 };
  operationsRoutes(app, { db, load, shedding, timing } as Parameters<typeof operationsRoutes>[1]);
  await app.ready();
});
afterAll(async () => {
  await app.close();
  load.close();
  await db.destroy();
  await database.drop();
});

type RequestOptions = { method?: 'GET' | 'POST' | 'PATCH'; token?: string };
const send = async (
  url: string,
  { method = 'GET', token }: RequestOptions = {},
): Promise<LightMyRequestResponse> =>
  app.inject({ method, url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

/** Acquires every connection of the pool and waits for one more, until `empty` releases them. */
function fillPool(): { empty(): Promise<unknown> } {
  let release = (): void => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held = Promise.all(Array.from({ length: poolSize + 1 }, () => db.connection().execute(() => until)));
  return {
    empty: () => {
      release();
      return held;
    },
  };
}

const reaches = (level: LoadLevel): Promise<void> => eventually(() => expect(load.now().level).toBe(level));

function expectShed(response: LightMyRequestResponse): void {
  expect(response.statusCode).toBe(503);
  expect(response.headers['content-type']).toBe('application/problem+json');
  expect(response.json()).toMatchObject({
    type: 'urn:bookedbarber:problem:overloaded',
    status: 503,
    code: 'overloaded',
  });
  expect(String(response.headers['retry-after'])).toMatch(/^[1-5]$/);
}

test('a full pool sheds reports, then reads and writes, then bookings and operators, and fails readiness', async () => {
  const pool = fillPool();
  onTestFinished(async () => void (await pool.empty()));

  maxWaitMs = databaseThresholdsMs.overloaded - 1;
  await reaches('busy');
  expectShed(await send('/api/v1/shops/soho/analytics'));

  maxWaitMs = databaseThresholdsMs.full - 1;
  await reaches('overloaded');
  expectShed(await send('/api/v1/shops/soho'));
  expectShed(await send('/api/v1/shops/soho', { method: 'PATCH' }));
  expect((await send('/api/v1/shops')).json()).toEqual({ cached: true });
  const booking = send('/api/v1/shops/soho/holds', { method: 'POST' });
  const operatorRequest = send('/api/v1/shops/soho', { token: testOperatorToken });

  maxWaitMs = Number.POSITIVE_INFINITY;
  await reaches('full');
  expectShed(await send('/api/v1/shops/soho/holds', { method: 'POST' }));
  expectShed(await send('/api/v1/shops', { token: testOperatorToken }));
  expect((await send('/api/v1/shops')).json()).toEqual({ cached: true });
  expect((await send('/readyz')).json()).toMatchObject({ code: 'overloaded', status: 503 });
  expect((await send('/healthz')).statusCode).toBe(200);
  expect(shedding.shed).toEqual({ report: 1, read: 1, write: 1, booking: 2 });

  await pool.empty();
  expect((await booking).json()).toEqual({ rows: 1 });
  expect((await operatorRequest).json()).toEqual({ rows: 1 });
  expect((await send('/api/v1/shops/soho/analytics')).json()).toEqual({ rows: 1 });
  expect((await send('/readyz')).json()).toEqual({ status: 'ready', load: 'normal' });
});
