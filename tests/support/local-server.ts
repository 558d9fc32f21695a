import { randomUUID } from 'node:crypto';
import type { Clock } from '@bookedbarber/redis-tier/core';
import pino from 'pino';
import { inject } from 'vitest';
import { makeConfig } from '../../apps/server/src/config/config.ts';
import { buildApp } from '../../apps/server/src/http/app.ts';
import { type Context, createContext } from '../../apps/server/src/main/context.ts';
import { loggerOptions } from '../../apps/server/src/main/logging.ts';
import type { Timing } from '../../apps/server/src/main/timing.ts';
import { warnOfConnections } from '../../apps/server/src/redis/redis-connections.ts';
import { createTestDatabase } from './database.ts';
import { patientCacheMs, patientTiming } from './patience.ts';
import { type TestServer, testOperatorToken } from './server.ts';

export type LocalServer = Omit<TestServer, 'kill'> & { contexts: readonly Context[] };

export type LocalServerOptions = {
  /** Apps that share the database. Default 1. */
  apps?: number;
  /** Added to the environment, or with undefined taken out of it. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Longest time the cache waits for a reply of Redis, in ms. Default: longer than any test takes. Null: as shipped. */
  cacheDeadlineMs?: number | null;
  timing?: Partial<Timing>;
  /** Default the time of this machine. */
  clock?: Clock;
};

/**
 * The app on free ports of 127.0.0.1, with a database of its own. It runs in this process, so it starts in a moment also
 * on a busy machine. Several apps share nothing but the database, Redis and the event loop.
 */
export async function startLocalServer(options: LocalServerOptions = {}): Promise<LocalServer> {
  const { apps = 1, env = {}, cacheDeadlineMs = patientCacheMs, timing = {}, clock } = options;
  const database = await createTestDatabase();
  const given = {
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl'),
    // Test files share one Redis, and ask more often than people do.
    REDIS_KEY_PREFIX: `test-${randomUUID().slice(0, 8)}`,
    RATE_LIMIT_ENABLED: 'false',
    LOAD_SHEDDING: 'false',
    // What guards the use of Redis keeps real time.
    ...(clock === undefined ? {} : { CLOCK: 'parent' }),
    OPERATOR_TOKEN: testOperatorToken,
    BOOKING_LINK_SECRET: 'booking-link-secret-for-tests-0123456789',
    ...env,
  };
  const config = makeConfig(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
  let output = '';
  const write = (line: string): void => {
    output += line;
  };
  const logger = pino(loggerOptions(config.logLevel), { write });
  const started = await Promise.all(
    Array.from({ length: apps }, async () => {
      const context = createContext(config, {
        role: 'api',
        logger,
        ...(cacheDeadlineMs === null ? {} : { cacheDeadlineMs }),
        timing: { ...patientTiming, ...timing },
        ...(clock === undefined ? {} : { clock }),
      });
      warnOfConnections(config, 'api', logger);
      const app = await buildApp(context, logger);
      const url = await app.listen({ host: '127.0.0.1', port: 0 });
      return {
        url,
        context,
        async stop() {
          await app.close();
          await context.close();
        },
      };
    }),
  );
  const urls = started.map(({ url }) => url);
  return {
    url: urls[0] ?? '',
    urls,
    contexts: started.map(({ context }) => context),
    databaseUrl: database.url,
    operatorToken: testOperatorToken,
    output: () => output,
    async stop() {
      await Promise.all(started.map((one) => one.stop()));
      await database.drop();
    },
  };
}
