import { randomUUID } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import pino from 'pino';
import { makeConfig } from '../../apps/server/src/config/config.ts';
import { buildApp } from '../../apps/server/src/http/app.ts';
import type { App } from '../../apps/server/src/http/app-type.ts';
import { type Context, createContext } from '../../apps/server/src/main/context.ts';
import { createTestDatabase } from './database.ts';
import { testOperatorToken } from './server.ts';
import type { Send } from './shop-fixture.ts';
import { patientCacheMs, patientTiming } from './test-timing.ts';

/** A clock that changes only when it is set. */
export type FixedClock = { nowMs(): number; set(instant: string): void };

export type InProcess = {
  app: App;
  context: Context;
  clock: FixedClock;
  asGuest: Send;
  asOperator: Send;
  close(): Promise<void>;
};

/** Starts the app in this process with a real database, at the given time. `env` is added to its environment. */
export async function startInProcess(
  now: string,
  env: Readonly<Record<string, string>> = {},
): Promise<InProcess> {
  const database = await createTestDatabase();
  let nowMs = Date.parse(now);
  const clock: FixedClock = {
    nowMs: () => nowMs,
    set: (instant) => {
      nowMs = Date.parse(instant);
    },
  };
  const config = makeConfig({
    DATABASE_URL: database.url,
    OPERATOR_TOKEN: testOperatorToken,
    BOOKING_LINK_SECRET: 'booking-link-secret-for-tests-0123456789',
    PUBLIC_URL: 'http://shop.example',
    RATE_LIMIT_ENABLED: 'false',
    LOAD_SHEDDING: 'false',
    // The cache's freshness checks then use real time, so that a jump of the simulated time does not affect them.
    CLOCK: 'parent',
    ...env,
  });
  const logger = pino({ level: 'silent' });
  const context = createContext(config, {
    role: 'api',
    logger,
    clock,
    cacheDeadlineMs: patientCacheMs,
    timing: patientTiming,
  });
  const app = await buildApp(context, logger);
  return {
    app,
    context,
    clock,
    asGuest: sendInto(app),
    asOperator: sendInto(app, testOperatorToken),
    async close() {
      await app.close();
      await context.close();
      await database.drop();
    },
  };
}

export function sendInto(app: App, operatorToken?: string): Send {
  return async (method, path, body, headers = {}) => {
    const options: InjectOptions = {
      method,
      url: path,
      headers: {
        ...(operatorToken === undefined ? {} : { authorization: `Bearer ${operatorToken}` }),
        ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body as object }),
    };
    const response = await app.inject(options);
    const isJson = String(response.headers['content-type']).includes('json');
    return {
      status: response.statusCode,
      body: (isJson ? response.json() : response.body) as never,
      headers: new Headers(response.headers as Record<string, string>),
    };
  };
}
