import { EnvReader, readRedisConfig } from '@bookedbarber/redis-tier/settings';
import type { RedisConfigWithCredentials } from '../redis/redis-server-config.ts';
import { type CacheConfig, readCacheConfig } from './cache-config.ts';
import { type ClockConfig, readClockConfig } from './clock-config.ts';
import { type DatabaseConfig, readDatabaseConfig } from './database-config.ts';
import { type MailConfig, readMailConfig } from './mail-config.ts';
import { type RateLimitConfig, readRateLimitConfig } from './rate-limit-config.ts';
import type { Env } from './read-env.ts';
import { readSmsConfig, type SmsConfig } from './sms-config.ts';

export type Config = DatabaseConfig & {
  production: boolean;
  clock: ClockConfig;
  host: string;
  port: number;
  /** Public origin of the pages, without a trailing slash. */
  publicUrl: string;
  logLevel: string;
  redis: RedisConfigWithCredentials;
  cache: CacheConfig;
  rateLimits: RateLimitConfig;
  /** Whether the server rejects requests under overload. */
  loadShedding: boolean;
  mail: MailConfig;
  sms: SmsConfig;
  operatorToken: string;
  bookingLinkSecret: string;
};

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const minSecret = 32;

/** Builds the configuration. Throws ConfigError, which names each invalid variable, its expected form and the fix. */
export function makeConfig(variables: Env): Config {
  const env = new EnvReader(variables);
  const production =
    env.oneOf('NODE_ENV', ['production', 'development', 'test'], 'development') === 'production';
  const port = env.integer('PORT', 3000, { least: 0, most: 65_535 });
  const database = readDatabaseConfig(env);
  const publicUrl = env.url('PUBLIC_URL', ['http:', 'https:']);
  if (production && env.text('PUBLIC_URL') === undefined) {
    env.report(
      'PUBLIC_URL is missing: set the public address of the pages. Links in messages start with it.',
    );
  }
  if (publicUrl !== null && publicUrl.href !== `${publicUrl.origin}/`) {
    env.report(
      'PUBLIC_URL must be an origin, such as https://book.example, without a path, query parameters or credentials.',
    );
  }
  const config: Config = {
    production,
    clock: readClockConfig(env, production),
    host: env.text('HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port,
    publicUrl: publicUrl?.origin ?? `http://localhost:${port}`,
    logLevel: env.oneOf('LOG_LEVEL', logLevels, 'info'),
    ...database,
    redis: readRedisConfig(env, production),
    cache: readCacheConfig(env),
    rateLimits: readRateLimitConfig(env, production),
    loadShedding: env.boolean('LOAD_SHEDDING', true),
    mail: readMailConfig(env, production),
    sms: readSmsConfig(env, production, env.text('SMTP_URL') === undefined),
    operatorToken: env.secret('OPERATOR_TOKEN', minSecret, 'it authorizes operator requests'),
    bookingLinkSecret: env.secret('BOOKING_LINK_SECRET', minSecret, 'it signs booking links'),
  };
  if (!/^[\x21-\x7e]{0,512}$/.test(config.operatorToken)) {
    env.report(
      'OPERATOR_TOKEN must have at most 512 ASCII characters and no spaces: it is sent in a header.',
    );
  }
  env.finish();
  return config;
}
