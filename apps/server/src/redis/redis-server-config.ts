import type { RedisServer } from '@bookedbarber/redis-tier/connection';
import type { RedisConfig, RedisServerConfig } from '@bookedbarber/redis-tier/settings';

/** A configured Redis server, with its current credentials if they can change. */
export type RedisServerWithCredentials = RedisServerConfig & Pick<RedisServer, 'credentials'>;

export type RedisConfigWithCredentials = Omit<RedisConfig, 'main' | 'jobs'> & {
  main: RedisServerWithCredentials | null;
  jobs: RedisServerWithCredentials | null;
};
