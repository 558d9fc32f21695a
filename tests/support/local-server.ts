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
import { type TestServer, testOperatorToken } from './server.ts';
import { patientCacheMs, patientTiming } from './test-timing.ts';

export type LocalServer = Omit<TestServer, 'kill'> & { contexts: readonly Context[] };

export type LocalServerOptions = {
  /** Apps that share the database. Default 1. */
  apps?: number;
  /** Variables that are added to the environment; undefined removes one. */
  env?: Readonly<Record<string, string | undefined>>;
  /**
   * Longest wait of the cache for a reply from Redis, in ms. Default: longer than any test. Null: the shipped
   * deadline.
   */
  cacheDeadlineMs?: number | null;
  timing?: Partial<Timing>;
  /** Default: the system clock. */
  clock?: Clock;
};

/**
 * Starts the app on free ports of 127.0.0.1, with a new database. It runs in this process, so it starts quickly even
 * on a busy machine. Several apps share only the database, Redis and the event loop.
 */
export async function startLocalServer(options: LocalServerOptions = {}): Promise<LocalServer> {
  const { apps = 1, env = {}, cacheDeadlineMs = patientCacheMs, timing = {}, clock } = options;
  const database = await createTestDatabase();
  const given = {
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl'),
    // Test files share one Redis server. Rate limits are off, because tests send many requests.
    REDIS_KEY_PREFIX: `test-${randomUUID().slice(0, 8)}`,
    RATE_LIMIT_ENABLED: 'false',
    LOAD_SHEDDING: 'false',
    // The cache's freshness checks then use real time.
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
