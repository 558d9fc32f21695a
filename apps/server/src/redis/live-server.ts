import type { RedisServer } from '@bookedbarber/redis-tier/connection';
import type { RedisConfig, RedisServerConfig } from '@bookedbarber/redis-tier/settings';

/** A server of the settings, with the login that holds at the moment where it may change. */
export type RedisServerWithCredentials = RedisServerConfig & Pick<RedisServer, 'credentials'>;

export type RedisConfigWithCredentials = Omit<RedisConfig, 'main' | 'jobs'> & {
  main: RedisServerWithCredentials | null;
  jobs: RedisServerWithCredentials | null;
};
