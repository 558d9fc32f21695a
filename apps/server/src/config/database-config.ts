import type { EnvReader } from '@bookedbarber/redis-tier/settings';
import type { Authorities } from '../database/connection.ts';

export type DatabaseConfig = {
  databaseUrl: string;
  databaseAuthorities: Authorities;
  databasePoolSize: number;
};

/** Where PostgreSQL is, and how its certificate is checked. The password may come apart from the address. */
export function readDatabaseConfig(env: EnvReader): DatabaseConfig {
  const url = env.url('DATABASE_URL', ['postgres:', 'postgresql:']);
  if (env.text('DATABASE_URL') === undefined)
    env.report(
      'DATABASE_URL is missing: set postgres://user:password@host:5432/name of a PostgreSQL 14 or newer.',
    );
  const password = env.text('DATABASE_PASSWORD');
  if (password !== undefined && url !== null) {
    if (url.password !== '')
      env.report('DATABASE_PASSWORD is set, and DATABASE_URL holds a password too: keep one of them.');
    url.password = encodeURIComponent(password);
  }
  const databaseAuthorities = env.oneOf('DATABASE_CA', ['system', 'amazon-rds'], 'system');
  if (databaseAuthorities !== 'system' && url?.searchParams.has('sslmode') === true)
    env.report(
      `DATABASE_CA=${databaseAuthorities} encrypts and checks the certificate: take sslmode out of DATABASE_URL.`,
    );
  return {
    databaseUrl: url?.href ?? '',
    databaseAuthorities,
    databasePoolSize: env.integer('DATABASE_POOL_SIZE', 10, { least: 2, most: 200 }),
  };
}
