import { ConfigError } from '@bookedbarber/redis-tier/settings';
import { describe, expect, test } from 'vitest';
import { makeConfig } from './config.ts';
import type { Env } from './read-env.ts';

const minimal = {
  DATABASE_URL: 'postgres://app:db-secret@db:5432/bookedbarber',
  OPERATOR_TOKEN: 'operator-token-of-thirty-two-characters',
  BOOKING_LINK_SECRET: 'link-secret-of-thirty-two-characters!!',
};
const production = {
  ...minimal,
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://book.example/',
  SMTP_URL: 'smtp://mail.example:587',
  MAIL_FROM: 'Shop <shop@example.com>',
};

function problemsOf(env: Env): readonly string[] {
  try {
    makeConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const cacheOfGuide = {
  enabled: true,
  ttlMs: {
    default: 300_000,
    bookings: 60_000,
    userData: 600_000,
    business: 86_400_000,
    analytics: 1_800_000,
    static: 3_600_000,
  },
};

test('reads the environment of the setup guide unchanged', () => {
  const config = makeConfig({
    ...production,
    REDIS_URL: 'rediss://your-cluster.xxxxx.cache.example:6379',
    REDIS_PASSWORD: 'your-auth-token-here',
    REDIS_SSL: 'true',
    REDIS_MAX_CONNECTIONS: '50',
    REDIS_CONNECTION_TIMEOUT: '20',
    REDIS_SOCKET_TIMEOUT: '5',
    REDIS_SOCKET_KEEPALIVE: 'True',
    CACHE_ENABLED: 'true',
    CACHE_TTL_DEFAULT: '300',
    CACHE_TTL_BOOKINGS: '60',
    CACHE_TTL_ANALYTICS: '1800',
    RATE_LIMIT_ENABLED: 'true',
    RATE_LIMIT_PER_MINUTE: '60',
    RATE_LIMIT_PER_HOUR: '1000',
    RATE_LIMIT_PER_DAY: '10000',
  });
  expect(config.redis).toEqual({
    main: {
      host: 'your-cluster.xxxxx.cache.example',
      port: 6379,
      tls: true,
      username: null,
      password: 'your-auth-token-here',
      login: null,
      database: 0,
      cluster: false,
      connectTimeoutMs: 20_000,
      socketTimeoutMs: 5000,
      keepAlive: true,
    },
    jobs: config.redis.main,
    keyPrefix: 'bb',
    maxConnections: 50,
  });
  expect(config.cache).toEqual(cacheOfGuide);
  expect(config.rateLimits).toEqual({
    enabled: true,
    defaults: { perMinute: 60, perHour: 1000, perDay: 10_000 },
    booking: { perMinute: 20, perHour: 200, perDay: 1000 },
    analytics: { perMinute: 30, perHour: 500, perDay: 5000 },
    auth: { perMinute: 5, perHour: 20, perDay: 100 },
    addressFactor: 10,
    trustedProxies: [],
    allow: [],
    deny: [],
  });
  expect(config.publicUrl).toBe('https://book.example');
});

test('uses the defaults of the guide', () => {
  const config = makeConfig(minimal);
  expect(config.redis).toEqual({ main: null, jobs: null, keyPrefix: 'bb', maxConnections: 50 });
  expect(makeConfig({ ...minimal, REDIS_URL: 'redis://r' }).redis.main).toMatchObject({
    port: 6379,
    tls: false,
    connectTimeoutMs: 20_000,
    socketTimeoutMs: 5000,
    keepAlive: true,
  });
  expect(config.cache).toEqual(cacheOfGuide);
  expect(config.rateLimits).toMatchObject({
    enabled: true,
    defaults: { perMinute: 60, perHour: 1000, perDay: 10_000 },
    trustedProxies: ['127.0.0.0/8', '::1/128'],
  });
  expect(config).toMatchObject({ host: '127.0.0.1', port: 3000, publicUrl: 'http://localhost:3000' });
});

describe('an invalid setting is reported with its fix', () => {
  test.each<[string, Env, RegExp]>([
    [
      'plaintext with a rediss:// address',
      { REDIS_URL: 'rediss://r', REDIS_SSL: 'false' },
      /^REDIS_SSL=false contradicts/,
    ],
    [
      'TLS with a redis:// address',
      { REDIS_URL: 'redis://r', REDIS_SSL: 'true' },
      /^REDIS_SSL=true contradicts/,
    ],
    [
      'a password in both places',
      { REDIS_URL: 'redis://:one@r', REDIS_PASSWORD: 'two' },
      /^Both REDIS_URL and REDIS_PASSWORD contain a password: .* REDIS_PASSWORD only/,
    ],
    [
      'a user in both places',
      { REDIS_URL: 'redis://ann:one@r', REDIS_USERNAME: 'ben' },
      /^Both REDIS_URL and REDIS_USERNAME contain a user: .* REDIS_USERNAME only/,
    ],
    ['a user without a password', { REDIS_URL: 'redis://r', REDIS_USERNAME: 'ann' }, /set REDIS_PASSWORD/],
    [
      'a password file and a secret',
      { REDIS_URL: 'redis://r', REDIS_PASSWORD_FILE: '/f', REDIS_PASSWORD_SECRET: 's' },
      /^REDIS_PASSWORD_FILE and REDIS_PASSWORD_SECRET both .* keep one/,
    ],
    [
      'a password and a password file',
      { REDIS_URL: 'redis://r', REDIS_PASSWORD: 'p', REDIS_PASSWORD_FILE: '/f' },
      /^Both REDIS_PASSWORD and REDIS_PASSWORD_FILE provide a password: keep one/,
    ],
    [
      'a password in the address and a secret',
      { REDIS_URL: 'redis://:p@r', REDIS_PASSWORD_SECRET: 's' },
      /^Both REDIS_URL and REDIS_PASSWORD_SECRET provide a password: keep one/,
    ],
    [
      'a password in place of the name of a secret',
      { REDIS_URL: 'redis://r', REDIS_PASSWORD_SECRET: 'p#w$d' },
      /^REDIS_PASSWORD_SECRET must be the name of a secret or its ARN/,
    ],
    [
      'IAM without TLS',
      { REDIS_URL: 'redis://r', REDIS_IAM_USER: 'api', REDIS_IAM_CACHE: 'shop', AWS_REGION: 'us-east-1' },
      /^REDIS_IAM_USER requires TLS: .* rediss/,
    ],
    [
      'IAM without a region',
      { REDIS_URL: 'rediss://r', REDIS_IAM_USER: 'api', REDIS_IAM_CACHE: 'shop' },
      /^REDIS_IAM_REGION must be the region/,
    ],
    [
      'IAM without the cache',
      { REDIS_URL: 'rediss://r', REDIS_IAM_USER: 'api', AWS_REGION: 'us-east-1' },
      /^REDIS_IAM_CACHE must be 1 to 40 lowercase letters/,
    ],
    [
      'IAM and a user in the address',
      {
        REDIS_URL: 'rediss://ann@r',
        REDIS_IAM_USER: 'api',
        REDIS_IAM_CACHE: 'shop',
        AWS_REGION: 'us-east-1',
      },
      /^Only REDIS_IAM_USER may name the user: remove the other/,
    ],
    [
      'IAM and a password file',
      {
        REDIS_URL: 'rediss://r',
        REDIS_PASSWORD_FILE: '/f',
        REDIS_IAM_USER: 'api',
        REDIS_IAM_CACHE: 'shop',
        AWS_REGION: 'us-east-1',
      },
      /^REDIS_PASSWORD_FILE and REDIS_IAM_USER both/,
    ],
    [
      'a password file for jobs without their address',
      { REDIS_URL: 'redis://r', REDIS_JOBS_PASSWORD_FILE: '/f' },
      /^REDIS_JOBS_PASSWORD_FILE requires REDIS_JOBS_URL/,
    ],
    [
      'a password in the address of jobs and a password file',
      { REDIS_URL: 'redis://r', REDIS_JOBS_URL: 'redis://:p@j', REDIS_JOBS_PASSWORD_FILE: '/f' },
      /^Both REDIS_JOBS_URL and REDIS_JOBS_PASSWORD_FILE provide a password/,
    ],
    [
      'a refresh interval that is too long',
      { REDIS_URL: 'redis://r', REDIS_PASSWORD_FILE: '/f', REDIS_PASSWORD_REFRESH: '4000' },
      /^REDIS_PASSWORD_REFRESH must be a whole number from 1 to 3600/,
    ],
    [
      'a database number with a cluster',
      { REDIS_URL: 'redis://r/2', REDIS_CLUSTER: 'true' },
      /only database 0/,
    ],
    ['a database name instead of a number', { REDIS_URL: 'redis://r/main' }, /database number/],
    ['another protocol', { REDIS_URL: 'http://r' }, /redis:\/\/ or rediss:\/\//],
    ['a value that is not a boolean', { CACHE_ENABLED: 'maybe' }, /^CACHE_ENABLED must be true or false/],
    [
      'a TTL that is not a number',
      { CACHE_TTL_BOOKINGS: '1m' },
      /^CACHE_TTL_BOOKINGS must be a whole number/,
    ],
    ['a TTL of zero', { CACHE_TTL_BOOKINGS: '0' }, /from 1 to 604800/],
    [
      'a limit per hour below the limit per minute',
      { RATE_LIMIT_PER_HOUR: '10' },
      /RATE_LIMIT_PER_HOUR is below/,
    ],
    [
      'a limit per day below the limit per hour',
      { RATE_LIMIT_PER_DAY: '999' },
      /RATE_LIMIT_PER_DAY is below/,
    ],
    [
      'limits for two windows only',
      { RATE_LIMIT_BOOKING: '20/200' },
      /^RATE_LIMIT_BOOKING must be the requests/,
    ],
    ['limits that decrease', { RATE_LIMIT_AUTH: '5/4/100' }, /^RATE_LIMIT_AUTH .* such as 20\/200\/1000/],
    ['limits of zero', { RATE_LIMIT_ANALYTICS: '0/0/0' }, /^RATE_LIMIT_ANALYTICS must be/],
    ['a limit above the maximum', { RATE_LIMIT_PER_DAY: '16000001' }, /from 1 to 16000000/],
    ['a word instead of addresses', { RATE_LIMIT_DENY: 'everyone' }, /^RATE_LIMIT_DENY must be .* addresses/],
    ['an invalid network', { TRUSTED_PROXIES: '10.0.0.0/33' }, /^TRUSTED_PROXIES must be/],
    ['a prefix with braces', { REDIS_KEY_PREFIX: '{bb}' }, /^REDIS_KEY_PREFIX must be/],
    ['a list with an invalid address', { RATE_LIMIT_ALLOW: '10.0.0.1,10.0.0' }, /^RATE_LIMIT_ALLOW must be/],
    ['an operator token that no header can have', { OPERATOR_TOKEN: 'ё'.repeat(40) }, /ASCII/],
    ['an operator token that is too long', { OPERATOR_TOKEN: 'x'.repeat(513) }, /at most 512/],
    [
      'a short secret for links',
      { BOOKING_LINK_SECRET: 'short' },
      /^BOOKING_LINK_SECRET must have at least 32/,
    ],
    [
      'a public URL with a path',
      { PUBLIC_URL: 'https://book.example/shop' },
      /^PUBLIC_URL must be an origin/,
    ],
    [
      'a public URL with a query',
      { PUBLIC_URL: 'https://book.example/?a=b' },
      /^PUBLIC_URL must be an origin/,
    ],
    [
      'a public URL with credentials',
      { PUBLIC_URL: 'https://a:b@book.example' },
      /^PUBLIC_URL must be an origin/,
    ],
    [
      'a mail server without a host',
      { SMTP_URL: 'smtp://', MAIL_FROM: 'shop@example.com' },
      /^SMTP_URL has no host/,
    ],
    [
      'a user of the mail server without a password',
      { SMTP_URL: 'smtp://user@m', MAIL_FROM: 'shop@example.com' },
      /^SMTP_URL must have a user and a password/,
    ],
    [
      'a password of the mail server without a user',
      { SMTP_URL: 'smtp://:secret@m', MAIL_FROM: 'shop@example.com' },
      /^SMTP_URL must have a user and a password/,
    ],
    [
      'a rate of mails that is not a number',
      { MAIL_RATE_PER_SECOND: 'fast' },
      /^MAIL_RATE_PER_SECOND must be/,
    ],
    ['a rate of zero mails', { MAIL_RATE_PER_SECOND: '0' }, /from 1 to 10000/],
    ['a rate of zero text messages', { SMS_RATE_PER_SECOND: '0' }, /^SMS_RATE_PER_SECOND .* from 1 to 10000/],
    ['one database connection', { DATABASE_POOL_SIZE: '1' }, /^DATABASE_POOL_SIZE .* from 2 to 200/],
    ['an address factor of zero', { RATE_LIMIT_ADDRESS_FACTOR: '0' }, /^RATE_LIMIT_ADDRESS_FACTOR/],
    ['an operator token with a space', { OPERATOR_TOKEN: `${'x'.repeat(40)} y` }, /no spaces/],
    ['mail without a sender', { SMTP_URL: 'smtp://m' }, /^MAIL_FROM must be/],
    ['an unknown environment', { NODE_ENV: 'staging' }, /^NODE_ENV must be one of/],
    ['a short operator token', { OPERATOR_TOKEN: 'short' }, /^OPERATOR_TOKEN must have at least 32/],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of/],
    ['a port out of range', { PORT: '70000' }, /^PORT must be a whole number from 0 to 65535/],
  ])('%s', (_case, env, expected) => {
    expect(problemsOf({ ...minimal, ...env })).toEqual([expect.stringMatching(expected)]);
  });
});

test('reads passwords from a secret or a file, with the refresh interval', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:bookedbarber/redis-AbCdEf';
  const urls = { REDIS_URL: 'rediss://r', REDIS_JOBS_URL: 'rediss://ann@j' };
  const { redis } = makeConfig({
    ...minimal,
    ...urls,
    REDIS_PASSWORD_SECRET: arn,
    REDIS_JOBS_PASSWORD_FILE: '/run/secrets/jobs',
  });
  expect(redis.main).toMatchObject({
    password: null,
    login: { kind: 'secret', id: arn, everyMs: 300_000 },
  });
  expect(redis.jobs).toMatchObject({
    username: 'ann',
    login: { kind: 'file', path: '/run/secrets/jobs', everyMs: 5000 },
  });
  const often = { REDIS_PASSWORD_FILE: '/f', REDIS_PASSWORD_REFRESH: '60', REDIS_USERNAME: 'ann' };
  expect(makeConfig({ ...minimal, REDIS_URL: 'redis://r', ...often }).redis.jobs).toMatchObject({
    username: 'ann',
    login: { kind: 'file', everyMs: 60_000 },
  });
});

test('builds the IAM login from user and cache, and detects a serverless cache by its address', () => {
  const { redis } = makeConfig({
    ...minimal,
    REDIS_URL: 'rediss://shop-ab12cd.serverless.use1.cache.amazonaws.com:6379',
    REDIS_IAM_USER: 'api',
    REDIS_IAM_CACHE: 'shop',
    AWS_REGION: 'us-east-1',
  });
  expect(redis.main?.login).toEqual({
    kind: 'iam',
    user: 'api',
    cache: 'shop',
    region: 'us-east-1',
    serverless: true,
    everyMs: 600_000,
    reauthenticateEveryMs: 21_600_000,
  });
});

test('reports all problems together, without any value', () => {
  const secret = 'hunter2-hunter2';
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: `mysql://root:${secret}@db`,
    REDIS_URL: `rediss://:${secret}@r/x?password=${secret}`,
    REDIS_SSL: 'no',
    REDIS_PASSWORD: secret,
    REDIS_MAX_CONNECTIONS: secret,
    CACHE_ENABLED: secret,
    RATE_LIMIT_PER_MINUTE: secret,
    OPERATOR_TOKEN: secret,
    BOOKING_LINK_SECRET: secret,
    LOG_LEVEL: secret,
  };
  const problems = problemsOf(env);
  expect(problems).toHaveLength(13);
  expect(problems.join('\n')).not.toContain('hunter2');
  expect(new ConfigError(problems).message.split('\n')).toHaveLength(14);
});

describe('the database', () => {
  const withoutPassword = 'postgres://app@db.example.com:5432/bookedbarber';

  test('takes its password from DATABASE_PASSWORD, special characters included', () => {
    const { databaseUrl } = makeConfig({
      ...minimal,
      DATABASE_URL: withoutPassword,
      DATABASE_PASSWORD: 'a/b%2@c',
    });
    expect(decodeURIComponent(new URL(databaseUrl).password)).toBe('a/b%2@c');
    expect(problemsOf({ ...minimal, DATABASE_PASSWORD: 'hunter2' })).toEqual([
      expect.stringMatching(/^DATABASE_PASSWORD and DATABASE_URL both .* keep one of them\.$/),
    ]);
  });

  test('is verified against the authorities of DATABASE_CA', () => {
    expect(makeConfig(minimal).databaseAuthorities).toBe('system');
    expect(makeConfig({ ...minimal, DATABASE_CA: 'amazon-rds' }).databaseAuthorities).toBe('amazon-rds');
  });

  // The driver prefers these parameters to its other options.
  test.each(['sslmode=disable', 'ssl=0', 'ssl=no-verify', 'a=b&sslkey=/tmp/other.pem'])(
    'is never verified differently because of ?%s',
    (parameters) => {
      const url = `${withoutPassword}?${parameters}`;
      expect(makeConfig({ ...minimal, DATABASE_URL: url }).databaseUrl).toBe(url);
      expect(problemsOf({ ...minimal, DATABASE_CA: 'amazon-rds', DATABASE_URL: url })).toEqual([
        expect.stringMatching(/^DATABASE_CA=amazon-rds .* remove the parameters that begin with ssl/),
      ]);
    },
  );

  test('has its password in one place, also when it is a parameter of the URL', () => {
    const url = `${withoutPassword}?password=hunter2`;
    expect(problemsOf({ ...minimal, DATABASE_URL: url, DATABASE_PASSWORD: 'p' })).toEqual([
      'DATABASE_PASSWORD and DATABASE_URL both contain a password: keep one of them.',
    ]);
  });
});

test('production requires every setting that has a default in development only', () => {
  expect(problemsOf({ NODE_ENV: 'production' }).map((text) => text.split(' ')[0])).toEqual([
    'DATABASE_URL',
    'PUBLIC_URL',
    'REDIS_URL',
    'SMTP_URL',
    'OPERATOR_TOKEN',
    'BOOKING_LINK_SECRET',
  ]);
});

describe('the clock', () => {
  test('is the system clock by default', () => {
    expect(makeConfig(minimal).clock).toEqual({ time: 'system', cacheAges: 'system' });
  });

  test('can be the parent’s in a simulation, and never in production', () => {
    const parents = { CLOCK: 'parent', CACHE_CLOCK: 'parent' };
    expect(makeConfig({ ...minimal, ...parents }).clock).toEqual({ time: 'parent', cacheAges: 'parent' });
    expect(problemsOf({ ...production, REDIS_URL: 'redis://redis:6379', ...parents })).toEqual([
      'CLOCK=parent simulates time, which production does not allow: remove it.',
    ]);
  });

  test('cannot be the parent’s for the cache alone', () => {
    expect(problemsOf({ ...minimal, CACHE_CLOCK: 'parent' })).toEqual([
      'CACHE_CLOCK=parent requires CLOCK=parent: set both, or remove CACHE_CLOCK.',
    ]);
  });
});
