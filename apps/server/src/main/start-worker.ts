import { startRecurringJobs } from '@bookedbarber/redis-tier/recurring-jobs';
import { makeConfig } from '../config/config.ts';
import { readEnv } from '../config/read-env.ts';
import { migrate } from '../database/migrate.ts';
import { queryableOf } from '../database/queryable.ts';
import { openRedisCredentials } from '../redis/credentials.ts';
import { warnOfConnections } from '../redis/redis-connections.ts';
import { scheduledTasks, taskTable } from '../scheduler/recurring-jobs.ts';
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
  const scheduler = startRecurringJobs({
    pool: queryableOf(context.db),
    table: taskTable,
    clock: context.clock,
    jobs: scheduledTasks(context),
    onEvent(event) {
      if (event.event === 'completed') return;
      if (event.event === 'failed' || event.event === 'error')
        logger.warn({ err: event.error }, 'a scheduled task failed; it runs again when it is next due');
      else logger.warn(event, 'a worker lost a scheduled task; another worker runs it');
    },
  });
  // Each may take seconds to finish running work, so both stop in parallel.
  onStop('the jobs', () => Promise.all([scheduler.stop(), messaging.stop()]));
  logger.info('the worker is running');
}
