import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@bookedbarber/redis-tier/settings';
import type { FastifyBaseLogger } from 'fastify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeConfig } from '../config/config.ts';
import type { Env } from '../config/read-env.ts';
import { openRedisCredentials, type RedisCredentials } from './credentials.ts';

let folder: string;
/** The intervals of the refreshes, in ms, and what each does. */
let intervals: { everyMs: number | undefined; refresh: () => void }[];
/** The logged events, and a listener for the next one. */
let logged: object[];
let onLog: () => void;
let opened: RedisCredentials | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-logins-'));
  intervals = [];
  logged = [];
  onLog = () => {};
  vi.spyOn(globalThis, 'setInterval').mockImplementation(((refresh: () => void, everyMs?: number) => {
    intervals.push({ everyMs, refresh });
    return setTimeout(() => {}, 0);
  }) as typeof setInterval);
});
afterEach(() => {
  opened?.close();
  opened = undefined;
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const log = (event: object): void => {
  logged.push(event);
  onLog();
};
const logger = { info: log, warn: log } as unknown as FastifyBaseLogger;
const file = (name: string, password?: string): string => {
  const path = join(folder, name);
  if (password !== undefined) writeFileSync(path, `${password}\n`);
  return path;
};

async function open(variables: Env) {
  opened = await openRedisCredentials(
    makeConfig({
      DATABASE_URL: 'postgres://db/bookedbarber',
      OPERATOR_TOKEN: 'operator-token-of-thirty-two-characters',
      BOOKING_LINK_SECRET: 'link-secret-of-thirty-two-characters!!',
      ...variables,
    }),
    logger,
  );
  return opened.config.redis;
}

/** Runs a refresh and waits until it has logged its result. */
const refreshed = (index: number) =>
  new Promise<void>((resolve) => {
    onLog = resolve;
    intervals[index]?.refresh();
  });

describe('the password files of two servers', () => {
  const variables = () => ({
    REDIS_URL: 'redis://main',
    REDIS_USERNAME: 'ann',
    REDIS_PASSWORD_FILE: file('main', 'one'),
    REDIS_JOBS_URL: 'redis://ben@jobs',
    REDIS_JOBS_PASSWORD_FILE: file('jobs', 'two'),
  });

  test('are read at start and every five seconds', async () => {
    const { main, jobs } = await open(variables());
    expect(main?.credentials?.current).toEqual({ username: 'ann', password: 'one' });
    expect(jobs?.credentials?.current).toEqual({ username: 'ben', password: 'two' });
    expect(intervals.map(({ everyMs }) => everyMs)).toEqual([5000, 5000]);
  });

  test('are independent: a change of one is applied and logged for its server, without the password', async () => {
    const { main, jobs } = await open({ ...variables(), REDIS_PASSWORD_REFRESH: '60' });
    expect(intervals.map(({ everyMs }) => everyMs)).toEqual([60_000, 60_000]);
    file('jobs', 'three');
    await refreshed(1);
    expect(jobs?.credentials?.current.password).toBe('three');
    expect(main?.credentials?.current.password).toBe('one');
    expect(logged).toEqual([expect.objectContaining({ type: 'login-changed', server: 'REDIS_JOBS_URL' })]);
    expect(JSON.stringify(logged)).not.toContain('three');
    file('main', 'four');
    await refreshed(0);
    expect(main?.credentials?.current.password).toBe('four');
    expect(logged[1]).toMatchObject({ type: 'login-changed', server: 'REDIS_URL' });
  });

  test('keep their last password while a file is unreadable, which is logged', async () => {
    const { jobs } = await open(variables());
    rmSync(file('jobs'));
    await refreshed(1);
    expect(jobs?.credentials?.current.password).toBe('two');
    expect(logged).toEqual([expect.objectContaining({ type: 'login-unreadable', server: 'REDIS_JOBS_URL' })]);
  });

  test.each([
    ['REDIS_URL', 'main'],
    ['REDIS_JOBS_URL', 'jobs'],
  ])('stop the start when that of %s is missing', async (server, name) => {
    const given = variables();
    rmSync(file(name));
    const failure = await open(given).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as ConfigError).problems).toEqual([
      expect.stringMatching(new RegExp(`^${server}: The Redis password file cannot be read \\(ENOENT\\)`)),
    ]);
  });
});

test('jobs on the same server share its login', async () => {
  const { main, jobs } = await open({ REDIS_URL: 'redis://main', REDIS_PASSWORD_FILE: file('main', 'one') });
  expect(jobs).toBe(main);
  expect(intervals).toHaveLength(1);
});

test('a fixed password needs no refresh', async () => {
  const { main } = await open({ REDIS_URL: 'redis://main', REDIS_PASSWORD: 'one' });
  expect(main?.credentials).toBeUndefined();
  expect(intervals).toEqual([]);
});

test('an IAM token is signed every ten minutes, and open connections use a new one after six hours', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'an-example-of-a-secret');
  const { main } = await open({
    REDIS_URL: 'rediss://main',
    REDIS_IAM_USER: 'api',
    REDIS_IAM_CACHE: 'shop',
    AWS_REGION: 'us-east-1',
  });
  const credentials = main?.credentials;
  expect(intervals.map(({ everyMs }) => everyMs)).toEqual([600_000]);
  const tokens = new Set([credentials?.current.password]);
  const changes: number[] = [];
  for (let minutes = 10; minutes <= 13 * 60; minutes += 10) {
    vi.advanceTimersByTime(600_000);
    await credentials?.refresh();
    tokens.add(credentials?.current.password);
    if (logged.length > changes.length) changes.push(minutes);
  }
  expect(tokens.size).toBe(1 + 13 * 6);
  expect(changes).toEqual([360, 720]);
});

test('a closed login is no longer read', async () => {
  const cleared = vi.spyOn(globalThis, 'clearInterval');
  await open({
    REDIS_URL: 'redis://main',
    REDIS_PASSWORD_FILE: file('main', 'one'),
    REDIS_JOBS_URL: 'redis://jobs',
    REDIS_JOBS_PASSWORD_FILE: file('jobs', 'two'),
  });
  opened?.close();
  expect(cleared).toHaveBeenCalledTimes(2);
});
