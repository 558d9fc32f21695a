import { ConfigError } from '@bookedbarber/redis-tier/settings';
import { describe, expect, test } from 'vitest';
import { makeConfig } from './config.ts';
import type { Env } from './read-env.ts';

const enough = {
  DATABASE_URL: 'postgres://app:db-secret@db:5432/bookedbarber',
  OPERATOR_TOKEN: 'operator-token-of-thirty-two-characters',
  BOOKING_LINK_SECRET: 'link-secret-of-thirty-two-characters!!',
};
const production = {
  ...enough,
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

test('the environment of the setup guide is taken as it stands there', () => {
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
  expect(config.cache).toEqual({
    enabled: true,
    ttlMs: {
      default: 300_000,
      bookings: 60_000,
      userData: 600_000,
      business: 86_400_000,
      analytics: 1_800_000,
      static: 3_600_000,
    },
  });
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

test('the defaults are those of the guide', () => {
  const config = makeConfig(enough);
  expect(config.redis).toEqual({ main: null, jobs: null, keyPrefix: 'bb', maxConnections: 50 });
  expect(config.cache.ttlMs).toMatchObject({ default: 300_000, bookings: 60_000, userData: 600_000 });
  expect(config.rateLimits).toMatchObject({
    defaults: { perMinute: 60 },
    trustedProxies: ['127.0.0.0/8', '::1/128'],
  });
  expect(config).toMatchObject({ host: '127.0.0.1', port: 3000, publicUrl: 'http://localhost:3000' });
});

describe('a contradiction is told with its mend', () => {
  test.each<[string, Env, RegExp]>([
    [
      'plain text to a TLS address',
      { REDIS_URL: 'rediss://r', REDIS_SSL: 'false' },
      /^REDIS_SSL=false contradicts/,
    ],
    ['TLS to a plain address', { REDIS_URL: 'redis://r', REDIS_SSL: 'true' }, /^REDIS_SSL=true contradicts/],
    [
      'a password in both places',
      { REDIS_URL: 'redis://:one@r', REDIS_PASSWORD: 'two' },
      /^A password stands in both .* REDIS_PASSWORD alone/,
    ],
    [
      'a user in both places',
      { REDIS_URL: 'redis://ann:one@r', REDIS_USERNAME: 'ben' },
      /^A user stands in both .* REDIS_USERNAME alone/,
    ],
    ['a user without a password', { REDIS_URL: 'redis://r', REDIS_USERNAME: 'ann' }, /set REDIS_PASSWORD/],
    [
      'a file and a secret',
      { REDIS_URL: 'redis://r', REDIS_PASSWORD_FILE: '/f', REDIS_PASSWORD_SECRET: 's' },
      /^REDIS_PASSWORD_FILE and REDIS_PASSWORD_SECRET both .* keep one/,
    ],
    [
      'a password beside a file with one',
      { REDIS_URL: 'redis://r', REDIS_PASSWORD: 'p', REDIS_PASSWORD_FILE: '/f' },
      /^REDIS_PASSWORD holds a password beside REDIS_PASSWORD_FILE: keep one/,
    ],
    [
      'a password in the address beside a secret',
      { REDIS_URL: 'redis://:p@r', REDIS_PASSWORD_SECRET: 's' },
      /^REDIS_URL holds a password beside REDIS_PASSWORD_SECRET: keep one/,
    ],
    [
      'a password where the name of a secret belongs',
      { REDIS_URL: 'redis://r', REDIS_PASSWORD_SECRET: 'p#w$d' },
      /^REDIS_PASSWORD_SECRET wants the name of a secret or its ARN/,
    ],
    [
      'IAM without TLS',
      { REDIS_URL: 'redis://r', REDIS_IAM_USER: 'api', REDIS_IAM_CACHE: 'shop', AWS_REGION: 'us-east-1' },
      /^REDIS_IAM_USER wants TLS: .* rediss/,
    ],
    [
      'IAM without a region',
      { REDIS_URL: 'rediss://r', REDIS_IAM_USER: 'api', REDIS_IAM_CACHE: 'shop' },
      /^REDIS_IAM_REGION wants the region/,
    ],
    [
      'IAM without the cache',
      { REDIS_URL: 'rediss://r', REDIS_IAM_USER: 'api', AWS_REGION: 'us-east-1' },
      /^REDIS_IAM_CACHE wants 1 to 40 small letters/,
    ],
    [
      'IAM with another user',
      {
        REDIS_URL: 'rediss://ann@r',
        REDIS_IAM_USER: 'api',
        REDIS_IAM_CACHE: 'shop',
        AWS_REGION: 'us-east-1',
      },
      /^A user stands beside REDIS_IAM_USER/,
    ],
    [
      'IAM and a file',
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
      'a source of jobs without their server',
      { REDIS_URL: 'redis://r', REDIS_JOBS_PASSWORD_FILE: '/f' },
      /^REDIS_JOBS_PASSWORD_FILE wants REDIS_JOBS_URL/,
    ],
    [
      'a password in the address of jobs beside a file with one',
      { REDIS_URL: 'redis://r', REDIS_JOBS_URL: 'redis://:p@j', REDIS_JOBS_PASSWORD_FILE: '/f' },
      /^A password stands in REDIS_JOBS_URL beside REDIS_JOBS_PASSWORD_FILE/,
    ],
    [
      'a password read too seldom',
      { REDIS_URL: 'redis://r', REDIS_PASSWORD_FILE: '/f', REDIS_PASSWORD_REFRESH: '4000' },
      /^REDIS_PASSWORD_REFRESH wants a whole number from 1 to 3600/,
    ],
    ['a database of a cluster', { REDIS_URL: 'redis://r/2', REDIS_CLUSTER: 'true' }, /only database 0/],
    ['a database that is no number', { REDIS_URL: 'redis://r/main' }, /database number/],
    ['another protocol', { REDIS_URL: 'http://r' }, /redis:\/\/ or rediss:\/\//],
    ['a boolean that is none', { CACHE_ENABLED: 'maybe' }, /^CACHE_ENABLED wants true or false/],
    ['a time that is none', { CACHE_TTL_BOOKINGS: '1m' }, /^CACHE_TTL_BOOKINGS wants a whole number/],
    ['a time of zero', { CACHE_TTL_BOOKINGS: '0' }, /from 1 to 604800/],
    ['an hour below the minute', { RATE_LIMIT_PER_HOUR: '10' }, /RATE_LIMIT_PER_HOUR is below/],
    ['a day below the hour', { RATE_LIMIT_PER_DAY: '999' }, /RATE_LIMIT_PER_DAY is below/],
    ['limits of two windows', { RATE_LIMIT_BOOKING: '20/200' }, /^RATE_LIMIT_BOOKING wants the requests of/],
    ['limits that fall', { RATE_LIMIT_AUTH: '5/4/100' }, /^RATE_LIMIT_AUTH .* such as 20\/200\/1000/],
    ['limits of nothing', { RATE_LIMIT_ANALYTICS: '0/0/0' }, /^RATE_LIMIT_ANALYTICS wants/],
    ['a limit beyond counting', { RATE_LIMIT_PER_DAY: '16000001' }, /from 1 to 16000000/],
    ['a list that is none', { RATE_LIMIT_DENY: 'everybody' }, /^RATE_LIMIT_DENY wants addresses/],
    ['a proxy that is no network', { TRUSTED_PROXIES: '10.0.0.0/33' }, /^TRUSTED_PROXIES wants/],
    ['a prefix with braces', { REDIS_KEY_PREFIX: '{bb}' }, /^REDIS_KEY_PREFIX wants/],
    ['an operator token with a space', { OPERATOR_TOKEN: `${'x'.repeat(40)} y` }, /without spaces/],
    ['mail from nobody', { SMTP_URL: 'smtp://m' }, /^MAIL_FROM wants/],
    ['an unknown environment', { NODE_ENV: 'staging' }, /^NODE_ENV wants one of/],
    ['a short operator token', { OPERATOR_TOKEN: 'short' }, /^OPERATOR_TOKEN wants at least 32/],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL wants one of/],
    ['a port out of range', { PORT: '70000' }, /^PORT wants a whole number from 0 to 65535/],
  ])('%s', (_case, env, expected) => {
    expect(problemsOf({ ...enough, ...env })).toEqual([expect.stringMatching(expected)]);
  });
});

test('a password may stand elsewhere, and is read anew as often as is said', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:bookedbarber/redis-AbCdEf';
  const urls = { REDIS_URL: 'rediss://r', REDIS_JOBS_URL: 'rediss://ann@j' };
  const { redis } = makeConfig({
    ...enough,
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
  expect(makeConfig({ ...enough, REDIS_URL: 'redis://r', ...often }).redis.jobs).toMatchObject({
    username: 'ann',
    login: { kind: 'file', everyMs: 60_000 },
  });
});

test('the user of IAM and the cache make tokens, of a serverless one as its address says', () => {
  const { redis } = makeConfig({
    ...enough,
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

test('all faults come in one report, and no value is in it', () => {
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

  test('takes its password from apart, whatever is in it', () => {
    const { databaseUrl } = makeConfig({
      ...enough,
      DATABASE_URL: withoutPassword,
      DATABASE_PASSWORD: 'a/b%2@c',
    });
    expect(decodeURIComponent(new URL(databaseUrl).password)).toBe('a/b%2@c');
    expect(problemsOf({ ...enough, DATABASE_PASSWORD: 'hunter2' })).toEqual([
      expect.stringMatching(/^DATABASE_PASSWORD is set.* keep one of them\.$/),
    ]);
  });

  test('is vouched for by whom DATABASE_CA names, and nothing says otherwise', () => {
    expect(makeConfig(enough).databaseAuthorities).toBe('system');
    const amazon = { ...enough, DATABASE_CA: 'amazon-rds' };
    expect(makeConfig(amazon).databaseAuthorities).toBe('amazon-rds');
    expect(problemsOf({ ...amazon, DATABASE_URL: `${withoutPassword}?sslmode=disable` })).toEqual([
      expect.stringContaining('take sslmode out of DATABASE_URL'),
    ]);
  });
});

test('production says at once all that only development makes up', () => {
  expect(problemsOf({ NODE_ENV: 'production' }).map((fault) => fault.split(' ')[0])).toEqual([
    'DATABASE_URL',
    'PUBLIC_URL',
    'REDIS_URL',
    'SMTP_URL',
    'OPERATOR_TOKEN',
    'BOOKING_LINK_SECRET',
  ]);
});

describe('the clock', () => {
  test('is this machine’s unless something else is said', () => {
    expect(makeConfig(enough).clock).toEqual({ time: 'system', cacheAges: 'system' });
  });

  test('may be the parent’s in a rehearsal, and never in production', () => {
    const parents = { CLOCK: 'parent', CACHE_CLOCK: 'parent' };
    expect(makeConfig({ ...enough, ...parents }).clock).toEqual({ time: 'parent', cacheAges: 'parent' });
    expect(problemsOf({ ...production, REDIS_URL: 'redis://redis:6379', ...parents })).toEqual([
      'CLOCK=parent makes time up, which production does not do: take it out.',
    ]);
  });

  test('of the cache alone is refused', () => {
    expect(problemsOf({ ...enough, CACHE_CLOCK: 'parent' })).toEqual([
      'CACHE_CLOCK=parent wants CLOCK=parent too: set both, or take CACHE_CLOCK out.',
    ]);
  });
});
