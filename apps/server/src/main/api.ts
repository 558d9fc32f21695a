import { ConfigError } from '@bookedbarber/redis-tier/settings';
import pino from 'pino';
import { makeConfig } from '../config/config.ts';
import { readEnv } from '../config/read-env.ts';
import { migrate } from '../database/migrate.ts';
import { buildApp } from '../http/app.ts';
import { openRedisCredentials } from '../redis/open-logins.ts';
import { warnOfConnections } from '../redis/redis-connections.ts';
import { createContext } from './context.ts';
import { loggerOptions } from './logging.ts';
import { runUntilStopped } from './process.ts';

await runUntilStopped(async () => {
  const settings = makeConfig(readEnv());
  const logger = pino(loggerOptions(settings.logLevel));
  const logins = await openRedisCredentials(settings, logger);
  const { config } = logins;
  const context = createContext(config, { role: 'api', logger });
  warnOfConnections(config, 'api', logger);
  const applied = await migrate(context.db);
  if (applied.length > 0) logger.info({ applied }, 'the database has the newest schema');
  const app = await buildApp(context, logger);
  const url = await app.listen({ host: config.host, port: config.port });
  context.load.forget();
  // A parent that started this process with an IPC channel learns the address, also of a port that the system chose.
  process.send?.({ listening: url });
  return async () => {
    await app.close();
    await context.close();
    logins.close();
  };
}, ConfigError);
