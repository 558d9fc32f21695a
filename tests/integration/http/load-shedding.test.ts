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
  databaseFromMs,
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
/** The load sees no longer wait than this, so that no level is passed before the test has looked at it. */
let mostWaitMs: number;

/** Routes with the patterns of the real ones, on a real pool. Of two reads one needs the database. */
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
  const watched = monitorLoad({ databaseWaitMs: () => Math.min(poolUse(db).maxWaitMs, mostWaitMs) });
  // This test is of the pool: a machine that others use too may be late for reasons of its own.
  load = {
    ...watched,
    now: () => ({ ...watched.now(), loop: 'normal', level: watched.now().database }),
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

type Asking = { method?: 'GET' | 'POST' | 'PATCH'; token?: string };
const ask = async (url: string, { method = 'GET', token }: Asking = {}): Promise<LightMyRequestResponse> =>
  app.inject({ method, url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

/** Takes every connection of the pool and waits for one more, until it is told to give them back. */
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

const becomes = (level: LoadLevel): Promise<void> => eventually(() => expect(load.now().level).toBe(level));

function expectShed(answer: LightMyRequestResponse): void {
  expect(answer.statusCode).toBe(503);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.json()).toMatchObject({
    type: 'urn:bookedbarber:problem:overloaded',
    status: 503,
    code: 'overloaded',
  });
  expect(String(answer.headers['retry-after'])).toMatch(/^[1-5]$/);
}

test('a full pool sheds reports, then what needs it, bookings and operators last, and readiness tells it', async () => {
  const pool = fillPool();
  onTestFinished(async () => void (await pool.empty()));

  mostWaitMs = databaseFromMs.overloaded - 1;
  await becomes('busy');
  expectShed(await ask('/api/v1/shops/soho/analytics'));

  mostWaitMs = databaseFromMs.full - 1;
  await becomes('overloaded');
  expectShed(await ask('/api/v1/shops/soho'));
  expectShed(await ask('/api/v1/shops/soho', { method: 'PATCH' }));
  expect((await ask('/api/v1/shops')).json()).toEqual({ cached: true });
  const booking = ask('/api/v1/shops/soho/holds', { method: 'POST' });
  const ofOperator = ask('/api/v1/shops/soho', { token: testOperatorToken });

  mostWaitMs = Number.POSITIVE_INFINITY;
  await becomes('full');
  expectShed(await ask('/api/v1/shops/soho/holds', { method: 'POST' }));
  expectShed(await ask('/api/v1/shops', { token: testOperatorToken }));
  expect((await ask('/api/v1/shops')).json()).toEqual({ cached: true });
  expect((await ask('/readyz')).json()).toMatchObject({ code: 'overloaded', status: 503 });
  expect((await ask('/healthz')).statusCode).toBe(200);
  expect(shedding.shed).toEqual({ report: 1, read: 1, write: 1, booking: 2 });

  await pool.empty();
  expect((await booking).json()).toEqual({ rows: 1 });
  expect((await ofOperator).json()).toEqual({ rows: 1 });
  expect((await ask('/api/v1/shops/soho/analytics')).json()).toEqual({ rows: 1 });
  expect((await ask('/readyz')).json()).toEqual({ status: 'ready', load: 'normal' });
});
