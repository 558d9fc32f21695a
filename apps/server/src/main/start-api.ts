import { makeConfig } from '../config/config.ts';
import { readEnv } from '../config/read-env.ts';
import { migrate } from '../database/migrate.ts';
import { buildApp } from '../http/app.ts';
import { openRedisCredentials } from '../redis/open-logins.ts';
import { warnOfConnections } from '../redis/redis-connections.ts';
import { createContext } from './context.ts';
import { openLog } from './logging.ts';
import type { Startup } from './signals.ts';

export async function startApi({ signal, onStop }: Startup): Promise<void> {
  const settings = makeConfig(readEnv());
  const logger = openLog(settings.logLevel);
  const logins = await openRedisCredentials(settings, logger);
  onStop('the Redis logins', () => logins.close());
  const { config } = logins;
  const context = createContext(config, { role: 'api', logger });
  onStop('the connections', () => context.close());
  warnOfConnections(config, 'api', logger);
  const applied = await migrate(context.db);
  signal.throwIfAborted();
  if (applied.length > 0) logger.info({ applied }, 'the database has the newest schema');
  const app = await buildApp(context, logger);
  const url = await app.listen({ host: config.host, port: config.port });
  // Not before: to close a server that does not listen yet would wait for all of its preparation.
  onStop('the HTTP server', () => app.close());
  context.load.forget();
  // A parent that started this process with an IPC channel learns the address, also of a port that the system chose.
  // With a callback, a message to a parent that has just ended is no uncaught error.
  process.send?.({ listening: url }, undefined, undefined, () => {});
}
