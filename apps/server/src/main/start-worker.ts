import { makeConfig } from '../config/config.ts';
import { readEnv } from '../config/read-env.ts';
import { migrate } from '../database/migrate.ts';
import { openRedisCredentials } from '../redis/open-logins.ts';
import { warnOfConnections } from '../redis/redis-connections.ts';
import { scheduledTasks } from '../scheduler/recurring-jobs.ts';
import { startScheduler } from '../scheduler/scheduler.ts';
import { createContext } from './context.ts';
import { openLog } from './logging.ts';
import { startMessaging } from './messaging.ts';
import type { Startup } from './signals.ts';

export async function startWorker({ signal, onStop }: Startup): Promise<void> {
  const settings = makeConfig(readEnv());
  const logger = openLog(settings.logLevel);
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
    applyInvalidation: async (scope, tags) => (await cache.invalidate(scope, tags)).applied,
    onReplicationIdChange: (listener) => cache.onReplicationIdChange(listener),
  });
  const schedule = startScheduler({
    db: context.db,
    clock: context.clock,
    tasks: scheduledTasks(context),
    onError: (error) => logger.warn({ err: error }, 'a task of the schedule failed and comes again'),
  });
  // Each may take seconds to finish what it has begun, so both stop at once.
  onStop('the jobs', () => Promise.all([schedule.stop(), messaging.stop()]));
  logger.info('the worker runs');
}
