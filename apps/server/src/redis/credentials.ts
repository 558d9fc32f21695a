/**
 * Redis credentials that change while the process runs. They are read at startup, at each refresh interval, and
 * immediately when a server rejects them. Open connections reauthenticate without interruption.
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
import type { RedisServerWithCredentials } from './redis-server-config.ts';

export type RedisCredentials = {
  /** The same configuration, with credentials for the servers whose login can change. */
  config: Config;
  close(): void;
};

/** Reads the logins of all servers. Throws ConfigError when one cannot be read at startup. */
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
  const readLogin = openLoginSource(source, username);
  try {
    return createCredentials({
      first: await readLogin(),
      read: readLogin,
      ...(source.kind === 'iam' ? { reauthenticateEveryMs: source.reauthenticateEveryMs } : {}),
      onEvent: (event) => logEvent(event, server, logger),
    });
  } catch (error) {
    if (error instanceof CredentialsError) throw new ConfigError([`${server}: ${error.message}`]);
    throw error;
  }
}

function logEvent(event: CredentialsEvent, server: string, logger: FastifyBaseLogger): void {
  switch (event.type) {
    case 'login-changed':
      logger.info({ ...event, server }, 'the Redis password changed, and every connection uses the new one');
      break;
    case 'login-not-accepted':
      logger.warn(
        { ...event, server },
        'Redis does not accept the new password yet: connections keep the old one and retry the new one',
      );
      break;
    case 'login-rejected':
      logger.warn(
        { ...event, server },
        'Redis rejects the password: it is read again until Redis accepts it. Check that it is the password of the server',
      );
      break;
    case 'login-unreadable':
      logger.warn(
        { ...event, server },
        'the Redis password cannot be read: connections keep the last known one',
      );
  }
}
