import type { Env } from './read-env.ts';

export type Config = {
  production: boolean;
  host: string;
  port: number;
  /** Origin under which people reach the pages, without a trailing slash. */
  publicUrl: string;
  logLevel: string;
  databaseUrl: string;
  databasePoolSize: number;
  /** null: the server runs without Redis and says so. */
  redisUrl: string | null;
  /** Where the queue of jobs is: a server that never evicts. null as redisUrl. */
  redisJobsUrl: string | null;
  /** null: mails are not sent but kept in the mailbox of development. */
  smtpUrl: string | null;
  /** Address of From:. */
  mailFrom: string;
  operatorToken: string;
  bookingLinkSecret: string;
};

/** All that is wrong with the environment, told at once and without a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The environment is not right:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const shortestSecret = 32;

/** Makes the configuration. Throws ConfigError, which names each variable, the form it wants and the mend. */
export function makeConfig(env: Env): Config {
  const faults: string[] = [];
  const production = env.NODE_ENV === 'production';
  const port = integer('PORT', env.PORT, 3000, 0, 65_535);

  function integer(
    name: string,
    text: string | undefined,
    fallback: number,
    least: number,
    most: number,
  ): number {
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    faults.push(`${name} wants a whole number from ${least} to ${most}.`);
    return fallback;
  }

  function url(name: string, text: string | undefined, protocols: readonly string[]): string | null {
    if (text === undefined || text === '') return null;
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
    faults.push(
      `${name} wants an address that begins with ${protocols.map((it) => `${it}//`).join(' or ')}.`,
    );
    return null;
  }

  function secret(name: string, text: string | undefined, purpose: string): string {
    const make = 'make one with: openssl rand -base64 32';
    if (text === undefined || text === '') faults.push(`${name} is missing: ${purpose}; ${make}`);
    else if (text.length < shortestSecret)
      faults.push(`${name} wants at least ${shortestSecret} characters; ${make}`);
    return text ?? '';
  }

  const databaseUrl = url('DATABASE_URL', env.DATABASE_URL, ['postgres:', 'postgresql:']);
  if (databaseUrl === null && !env.DATABASE_URL) {
    faults.push(
      'DATABASE_URL is missing: set postgres://user:password@host:5432/name of a PostgreSQL 14 or newer.',
    );
  }
  const redisUrl = url('REDIS_URL', env.REDIS_URL, ['redis:', 'rediss:']);
  if (production && redisUrl === null && !env.REDIS_URL) {
    faults.push(
      'REDIS_URL is missing: production runs with Redis; set redis://host:6379 or rediss://host:6379.',
    );
  }
  const smtpUrl = url('SMTP_URL', env.SMTP_URL, ['smtp:', 'smtps:']);
  if (production && smtpUrl === null && !env.SMTP_URL) {
    faults.push(
      'SMTP_URL is missing: clients get mails; set smtp://user:password@host:587 or smtps://host:465.',
    );
  }
  if (smtpUrl !== null && !/^[^@]+@[^@]+$/.test(env.MAIL_FROM ?? '')) {
    faults.push('MAIL_FROM wants the address that mails come from, such as Shop <shop@example.com>.');
  }
  const publicUrl = url('PUBLIC_URL', env.PUBLIC_URL, ['http:', 'https:']);
  if (production && publicUrl === null && !env.PUBLIC_URL) {
    faults.push(
      'PUBLIC_URL is missing: set the address under which clients reach the pages, for their links.',
    );
  }
  const logLevel = env.LOG_LEVEL || 'info';
  if (!logLevels.includes(logLevel)) faults.push(`LOG_LEVEL wants one of ${logLevels.join(', ')}.`);

  const config: Config = {
    production,
    host: env.HOST || (production ? '0.0.0.0' : '127.0.0.1'),
    port,
    publicUrl: (publicUrl ?? `http://localhost:${port}`).replace(/\/+$/, ''),
    logLevel,
    databaseUrl: databaseUrl ?? '',
    databasePoolSize: integer('DATABASE_POOL_SIZE', env.DATABASE_POOL_SIZE, 10, 2, 200),
    redisUrl,
    redisJobsUrl: url('REDIS_JOBS_URL', env.REDIS_JOBS_URL, ['redis:', 'rediss:']) ?? redisUrl,
    smtpUrl,
    mailFrom: env.MAIL_FROM || 'BookedBarber <mailbox@localhost>',
    operatorToken: secret('OPERATOR_TOKEN', env.OPERATOR_TOKEN, 'it opens the operator routes'),
    bookingLinkSecret: secret(
      'BOOKING_LINK_SECRET',
      env.BOOKING_LINK_SECRET,
      'it signs the links of bookings',
    ),
  };
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}
