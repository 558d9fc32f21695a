import { ConfigError } from '@bookedbarber/redis-tier/settings';
import pino from 'pino';
import { makeConfig } from '../config/config.ts';
import { readEnv } from '../config/read-env.ts';
import { migrate } from '../database/migrate.ts';
import { openRedisCredentials } from '../redis/open-logins.ts';
import { warnOfConnections } from '../redis/redis-connections.ts';
import { scheduledTasks } from '../scheduler/recurring-jobs.ts';
import { startScheduler } from '../scheduler/scheduler.ts';
import { createContext } from './context.ts';
import { loggerOptions } from './logging.ts';
import { startMessaging } from './messaging.ts';
import { runUntilStopped } from './process.ts';

await runUntilStopped(async () => {
  const settings = makeConfig(readEnv());
  const logger = pino(loggerOptions(settings.logLevel));
  const logins = await openRedisCredentials(settings, logger);
  const { config } = logins;
  const context = createContext(config, { role: 'worker', logger });
  warnOfConnections(config, 'worker', logger);
  await migrate(context.db);
  const schedule = startScheduler({
    db: context.db,
    clock: context.clock,
    tasks: scheduledTasks(context),
    onError: (error) => logger.warn({ err: error }, 'a task of the schedule failed and comes again'),
  });
  const { cache } = context;
  const messaging = startMessaging(context, logger, {
    applyInvalidation: async (scope, tags) => (await cache.invalidate(scope, tags)).applied,
    onReplicationIdChange: (listener) => cache.onReplicationIdChange(listener),
  });
  logger.info('the worker runs');
  return async () => {
    await Promise.all([schedule.stop(), messaging.stop()]);
    await context.close();
    logins.close();
  };
}, ConfigError);
