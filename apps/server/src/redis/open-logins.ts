/**
 * Logins of Redis that change while the process runs: read at the start, again every so often, and at once when a server
 * refuses one. Open connections move to a new one without a break.
 */
import { CredentialsError, openLoginSource } from '@bookedbarber/redis-login';
import {
  type Credentials,
  type CredentialsEvent,
  createCredentials,
} from '@bookedbarber/redis-tier/connection';
import { ConfigError, type LoginSource, type RedisServerConfig } from '@bookedbarber/redis-tier/settings';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/config.ts';
import type { RedisServerWithCredentials } from './live-server.ts';

export type RedisCredentials = {
  /** The same settings; servers whose login changes have it in hand. */
  config: Config;
  close(): void;
};

/** Throws ConfigError when a login cannot be read at the start: nobody would be served by what the settings say. */
export async function openRedisCredentials(
  config: Config,
  logger: FastifyBaseLogger,
): Promise<RedisCredentials> {
  const { main, jobs } = config.redis;
  const timers: NodeJS.Timeout[] = [];
  const open = async (
    server: RedisServerConfig | null,
    variables: string,
  ): Promise<RedisServerWithCredentials | null> => {
    if (server?.login == null) return server;
    const credentials = await openCredentials(server, server.login, variables, logger);
    timers.push(setInterval(() => void credentials.refresh(), server.login.everyMs).unref());
    return { ...server, credentials };
  };
  const mainWithCredentials = await open(main, 'REDIS_URL');
  // Jobs on the same server share its login.
  const jobsWithCredentials = jobs === main ? mainWithCredentials : await open(jobs, 'REDIS_JOBS_URL');
  return {
    config: { ...config, redis: { ...config.redis, main: mainWithCredentials, jobs: jobsWithCredentials } },
    close: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

async function openCredentials(
  { username }: RedisServerConfig,
  source: LoginSource,
  server: string,
  logger: FastifyBaseLogger,
): Promise<Credentials> {
  const ask = openLoginSource(source, username);
  try {
    return createCredentials({
      first: await ask(),
      read: ask,
      ...(source.kind === 'iam' ? { reauthenticateEveryMs: source.reauthenticateEveryMs } : {}),
      onEvent: (event) => tell(event, server, logger),
    });
  } catch (error) {
    if (error instanceof CredentialsError) throw new ConfigError([`${server}: ${error.message}`]);
    throw error;
  }
}

function tell(event: CredentialsEvent, server: string, logger: FastifyBaseLogger): void {
  switch (event.type) {
    case 'login-changed':
      logger.info({ ...event, server }, 'Redis has another password, and every connection uses it');
      break;
    case 'login-not-accepted':
      logger.warn(
        { ...event, server },
        'Redis does not take the new password yet: the old one is used, and the new one is tried again',
      );
      break;
    case 'login-rejected':
      logger.warn(
        { ...event, server },
        'Redis refuses the password: it is read anew until Redis takes it; compare it with that of the server',
      );
      break;
    case 'login-unreadable':
      logger.warn(
        { ...event, server },
        'the password of Redis cannot be read, and the one known stays in use',
      );
  }
}
