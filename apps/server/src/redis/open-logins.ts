/**
 * Logins of Redis that change while the process runs: read at the start, again every so often, and at once when a server
 * refuses one. Open connections move to a new one without a break.
 */
import { LoginUnreadable, openLoginSource } from '@bookedbarber/redis-login';
import {
  type Credentials,
  type CredentialsEvent,
  createCredentials,
} from '@bookedbarber/redis-tier/connection';
import { ConfigError, type LoginSource, type RedisServerConfig } from '@bookedbarber/redis-tier/settings';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/config.ts';
import type { LiveServer } from './live-server.ts';

export type RedisLogins = {
  /** The same settings; servers whose login changes have it in hand. */
  config: Config;
  close(): void;
};

/** Throws ConfigError when a login cannot be read at the start: nobody would be served by what the settings say. */
export async function openRedisLogins(config: Config, logger: FastifyBaseLogger): Promise<RedisLogins> {
  const { main, jobs } = config.redis;
  const timers: NodeJS.Timeout[] = [];
  const open = async (server: RedisServerConfig | null, variables: string): Promise<LiveServer | null> => {
    if (server?.login == null) return server;
    const credentials = await openCredentials(server, server.login, variables, logger);
    timers.push(setInterval(() => void credentials.refresh(), server.login.everyMs).unref());
    return { ...server, credentials };
  };
  const liveMain = await open(main, 'REDIS_URL');
  // Jobs on the same server share its login.
  const liveJobs = jobs === main ? liveMain : await open(jobs, 'REDIS_JOBS_URL');
  return {
    config: { ...config, redis: { ...config.redis, main: liveMain, jobs: liveJobs } },
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
      ask,
      ...(source.kind === 'iam' ? { moveEveryMs: source.moveEveryMs } : {}),
      onEvent: (event) => tell(event, server, logger),
    });
  } catch (error) {
    if (error instanceof LoginUnreadable) throw new ConfigError([`${server}: ${error.message}`]);
    throw error;
  }
}

function tell(event: CredentialsEvent, server: string, logger: FastifyBaseLogger): void {
  switch (event.type) {
    case 'login-changed':
      logger.info({ ...event, server }, 'Redis has another password, and every connection uses it');
      break;
    case 'login-not-taken':
      logger.warn(
        { ...event, server },
        'Redis does not take the new password yet: the old one is used, and the new one is tried again',
      );
      break;
    case 'login-refused':
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
