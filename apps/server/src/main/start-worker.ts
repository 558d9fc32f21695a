import { makeConfig } from '../config/config.ts';
import { readEnv } from '../config/read-env.ts';
import { migrate } from '../database/migrate.ts';
import { openRedisCredentials } from '../redis/credentials.ts';
import { warnOfConnections } from '../redis/redis-connections.ts';
import { scheduledTasks } from '../scheduler/recurring-jobs.ts';
import { startScheduler } from '../scheduler/scheduler.ts';
import { createContext } from './context.ts';
import { openLog } from './logging.ts';
import { startMessaging } from './messaging.ts';
import type { Startup } from './signals.ts';

export async function startWorker({ signal, onStop }: Startup): Promise<void> {
  const settings = makeConfig(readEnv());
  const logger = openLog(settings.logLevel, onStop);
  const logins = await openRedisCredentials(settings, logger);
  onStop('the Redis logins', () => logins.close());
  const { config } = logins;
  const context = createContext(config, { role: 'worker', logger });
  onStop('the connections', () => context.close());
  warnOfConnections(config, 'worker', logger);
  await migrate(context.db);
  signal.throwIfAborted();
  const { cache } = context;
  const messaging = startMessaging(context, logger, {
    applyInvalidation: async (namespace, tags) => (await cache.invalidate(namespace, tags)).applied,
    onReplicationIdChange: (listener) => cache.onReplicationIdChange(listener),
  });
  const scheduler = startScheduler({
    db: context.db,
    clock: context.clock,
    tasks: scheduledTasks(context),
    onError: (error) =>
      logger.warn({ err: error }, 'a scheduled task failed; it runs again when it is next due'),
  });
  // Each may take seconds to finish running work, so both stop in parallel.
  onStop('the jobs', () => Promise.all([scheduler.stop(), messaging.stop()]));
  logger.info('the worker is running');
}
