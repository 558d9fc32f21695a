import type { EnvReader } from '@bookedbarber/redis-tier/settings';
import type { Authorities } from '../database/connection.ts';

export type DatabaseConfig = {
  databaseUrl: string;
  databaseAuthorities: Authorities;
  databasePoolSize: number;
};

/** Reads how to connect to PostgreSQL. DATABASE_PASSWORD can hold the password instead of DATABASE_URL. */
export function readDatabaseConfig(env: EnvReader): DatabaseConfig {
  const url = env.url('DATABASE_URL', ['postgres:', 'postgresql:']);
  if (env.text('DATABASE_URL') === undefined)
    env.report(
      'DATABASE_URL is missing: set postgres://user:password@host:5432/name. PostgreSQL 14 or newer is required.',
    );
  const password = env.text('DATABASE_PASSWORD');
  if (password !== undefined && url !== null) {
    if (url.password !== '' || url.searchParams.has('password'))
      env.report('DATABASE_PASSWORD and DATABASE_URL both contain a password: keep one of them.');
    url.password = encodeURIComponent(password);
  }
  const databaseAuthorities = env.oneOf('DATABASE_CA', ['system', 'amazon-rds'], 'system');
  // The driver prefers the parameters of the URL, so that ssl=0 would disable TLS.
  const parameter = [...(url?.searchParams.keys() ?? [])].find((name) => name.startsWith('ssl'));
  if (databaseAuthorities !== 'system' && parameter !== undefined)
    env.report(
      `DATABASE_CA=${databaseAuthorities} always encrypts and checks the certificate: remove the parameters that begin with ssl from DATABASE_URL.`,
    );
  return {
    databaseUrl: url?.href ?? '',
    databaseAuthorities,
    databasePoolSize: env.integer('DATABASE_POOL_SIZE', 10, { least: 2, most: 200 }),
  };
}
