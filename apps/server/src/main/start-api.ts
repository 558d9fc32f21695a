import { makeConfig } from '../config/config.ts';
import { readEnv } from '../config/read-env.ts';
import { migrate } from '../database/migrate.ts';
import { buildApp } from '../http/app.ts';
import { openRedisCredentials } from '../redis/credentials.ts';
import { warnOfConnections } from '../redis/redis-connections.ts';
import { createContext } from './context.ts';
import { openLog } from './logging.ts';
import type { Startup } from './signals.ts';

export async function startApi({ signal, onStop }: Startup): Promise<void> {
  const settings = makeConfig(readEnv());
  const logger = openLog(settings.logLevel, onStop);
  const logins = await openRedisCredentials(settings, logger);
  onStop('the Redis logins', () => logins.close());
  const { config } = logins;
  const context = createContext(config, { role: 'api', logger });
  onStop('the connections', () => context.close());
  warnOfConnections(config, 'api', logger);
  const applied = await migrate(context.db);
  signal.throwIfAborted();
  if (applied.length > 0) logger.info({ applied }, 'migrated the database to the latest schema');
  const app = await buildApp(context, logger);
  const url = await app.listen({ host: config.host, port: config.port });
  // Registered only now: close() of a server that does not listen yet would wait for its whole preparation.
  onStop('the HTTP server', () => app.close());
  context.load.reset();
  // Reports the address to a parent with an IPC channel, because the operating system may have chosen the port. The
  // callback prevents an uncaught error when the parent has just exited.
  process.send?.({ listening: url }, undefined, undefined, () => {});
}
