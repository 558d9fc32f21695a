import { describe, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import type { Variables } from './env-file.ts';
import { EnvReader } from './env-reader.ts';
import { readRedisConfig } from './redis-config.ts';

function read(variables: Variables, production = false) {
  const env = new EnvReader(variables);
  const config = readRedisConfig(env, production);
  env.finish();
  return config;
}

function problemsOf(variables: Variables, production = false): readonly string[] {
  try {
    read(variables, production);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const region = { AWS_REGION: 'us-east-1' };

describe.each(['REDIS', 'REDIS_JOBS'] as const)('%s_URL', (server) => {
  const name = `${server}_URL`;
  const other = server === 'REDIS' ? {} : { REDIS_URL: 'redis://main' };
  const iam = { [`${server}_IAM_USER`]: 'api', [`${server}_IAM_CACHE`]: 'shop' };

  test.each<[problem: string, Variables, RegExp]>([
    ['another protocol', { [name]: 'http://r' }, /^\S+_URL must be a URL that begins with redis:/],
    ['no host', { [name]: 'redis://' }, /^\S+_URL has no host/],
    ['a database name', { [name]: 'redis://r/main' }, /^\S+_URL may only have a database number/],
    ['a query', { [name]: 'redis://r?tls=true' }, /^\S+_URL must not have query parameters/],
    ['a fragment', { [name]: 'redis://:p@r#x' }, /^\S+_URL must not have query parameters/],
    ['a % that is no escape', { [name]: 'redis://:100%@r' }, /^\S+_URL has a % in its credentials/],
    ['a user without a password', { [name]: 'redis://ann@r' }, /^\S+_URL names a user without a password/],
    [
      'two sources of the password',
      { [name]: 'redis://r', [`${server}_PASSWORD_FILE`]: '/f', [`${server}_PASSWORD_SECRET`]: 's' },
      /^\S+_PASSWORD_FILE and \S+_PASSWORD_SECRET both name a source/,
    ],
    [
      'a password and a file',
      { [name]: 'redis://:p@r', [`${server}_PASSWORD_FILE`]: '/f' },
      /^Both \S+_URL and \S+_PASSWORD_FILE provide a password/,
    ],
    [
      'a password and a secret',
      { [name]: 'redis://:p@r', [`${server}_PASSWORD_SECRET`]: 's' },
      /^Both \S+_URL and \S+_PASSWORD_SECRET provide a password/,
    ],
    [
      'a password and an IAM user',
      { [name]: 'rediss://:p@r', ...iam, ...region },
      /^Both \S+_URL and \S+_IAM_USER provide a password/,
    ],
    [
      'a path of a file that is too long',
      { [name]: 'redis://r', [`${server}_PASSWORD_FILE`]: `/${'f'.repeat(4096)}` },
      /^\S+_PASSWORD_FILE must be the path/,
    ],
    [
      'the name of a secret with a space',
      { [name]: 'redis://r', [`${server}_PASSWORD_SECRET`]: 'a secret' },
      /^\S+_PASSWORD_SECRET must be the name of a secret/,
    ],
    [
      'IAM without TLS',
      { [name]: 'redis://r', ...iam, ...region },
      /^\S+_IAM_USER requires TLS: begin \S+_URL/,
    ],
    ['IAM without a region', { [name]: 'rediss://r', ...iam }, /^REDIS_IAM_REGION must be the region/],
    [
      'IAM with a cache that is no name',
      { [name]: 'rediss://r', ...iam, ...region, [`${server}_IAM_CACHE`]: 'Shop' },
      /^\S+_IAM_CACHE must be 1 to 40/,
    ],
    [
      'IAM with a second user',
      { [name]: 'rediss://ann@r', ...iam, ...region },
      /^Only \S+_IAM_USER may name the user/,
    ],
    [
      'a database number, in a cluster',
      { [name]: 'redis://r/3', REDIS_CLUSTER: 'true' },
      /^\S+_URL names a database other than 0, but a cluster/,
    ],
  ])('is rejected with %s', (_problem, variables, expected) => {
    const problems = problemsOf({ ...other, ...variables });
    expect(problems).toEqual([expect.stringMatching(expected)]);
    if (!expected.source.includes('REGION')) expect(problems[0]).toContain(`${server}_`);
  });

  test('must agree with REDIS_SSL', () => {
    const main = (protocol: string) => (server === 'REDIS' ? {} : { REDIS_URL: `${protocol}://main` });
    expect(problemsOf({ ...main('rediss'), [name]: 'redis://r', REDIS_SSL: 'true' })).toEqual([
      `REDIS_SSL=true contradicts ${name}: write rediss:// for TLS, or remove REDIS_SSL.`,
    ]);
    expect(problemsOf({ ...main('redis'), [name]: 'rediss://r', REDIS_SSL: 'false' })).toEqual([
      `REDIS_SSL=false contradicts ${name}: write redis:// for no TLS, or remove REDIS_SSL.`,
    ]);
  });

  test.each<[source: string, Variables]>([
    ['PASSWORD_FILE', { [`${server}_PASSWORD_FILE`]: '/f' }],
    ['PASSWORD_SECRET', { [`${server}_PASSWORD_SECRET`]: 's' }],
    ['IAM_USER', { ...iam, ...region }],
  ])('is required by %s', (source, variables) => {
    expect(problemsOf({ ...other, ...variables })).toEqual([
      expect.stringContaining(`${server}_${source} requires ${name}: without it, `),
    ]);
  });

  test('has all its parts in the configuration, with escapes decoded', () => {
    const config = read({ ...other, [name]: 'rediss://ann:p%40w@[fd00::1]:7000/3' });
    expect(server === 'REDIS' ? config.main : config.jobs).toMatchObject({
      host: 'fd00::1',
      port: 7000,
      tls: true,
      username: 'ann',
      password: 'p@w',
      database: 3,
    });
  });
});

test('both servers share the timeouts, keep-alive and cluster mode', () => {
  const { main, jobs } = read({
    REDIS_URL: 'redis://main',
    REDIS_JOBS_URL: 'redis://jobs',
    REDIS_CLUSTER: 'true',
    REDIS_CONNECTION_TIMEOUT: '7',
    REDIS_SOCKET_TIMEOUT: '8',
    REDIS_SOCKET_KEEPALIVE: 'false',
  });
  const shared = { cluster: true, connectTimeoutMs: 7000, socketTimeoutMs: 8000, keepAlive: false };
  expect([main, jobs]).toMatchObject([
    { host: 'main', ...shared },
    { host: 'jobs', ...shared },
  ]);
});

test('each server has its own IAM user, and both have one region', () => {
  const { main, jobs } = read({
    REDIS_URL: 'rediss://main',
    REDIS_IAM_USER: 'api',
    REDIS_IAM_CACHE: 'shop',
    REDIS_JOBS_URL: 'rediss://jobs.serverless.use1.cache.amazonaws.com',
    REDIS_JOBS_IAM_USER: 'worker',
    REDIS_JOBS_IAM_CACHE: 'shop-jobs',
    REDIS_IAM_REGION: 'eu-central-1',
    AWS_REGION: 'us-east-1',
  });
  const times = { region: 'eu-central-1', everyMs: 600_000, reauthenticateEveryMs: 21_600_000 };
  expect(main?.login).toEqual({ kind: 'iam', user: 'api', cache: 'shop', serverless: false, ...times });
  expect(jobs?.login).toEqual({
    kind: 'iam',
    user: 'worker',
    cache: 'shop-jobs',
    serverless: true,
    ...times,
  });
});

test('a refresh interval applies to the passwords of both servers', () => {
  const { main, jobs } = read({
    REDIS_URL: 'redis://main',
    REDIS_PASSWORD_SECRET: 's',
    REDIS_JOBS_URL: 'redis://jobs',
    REDIS_JOBS_PASSWORD_SECRET: 'j',
    REDIS_PASSWORD_REFRESH: '60',
  });
  expect([main?.login, jobs?.login]).toMatchObject([
    { id: 's', everyMs: 60_000 },
    { id: 'j', everyMs: 60_000 },
  ]);
});

test('production requires REDIS_URL, and reports its absence once', () => {
  const problems = problemsOf({ REDIS_PASSWORD_FILE: '/f' }, true);
  expect(problems).toEqual([expect.stringMatching(/^REDIS_URL is missing/)]);
  expect(problemsOf({ REDIS_JOBS_URL: 'redis://jobs' }, true)).toEqual(problems);
});
