import { iamLogin } from '@bookedbarber/redis-login';
import {
  type CredentialsEvent,
  connect,
  createCredentials,
  parseRedisUrl,
} from '@bookedbarber/redis-tier/connection';
import { type RedisServerProcess, startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';

const source = {
  kind: 'iam',
  user: 'booking-api',
  cache: 'bookedbarber',
  region: 'us-east-1',
  serverless: false,
  everyMs: 600_000,
  reauthenticateEveryMs: 21_600_000,
} as const;

let server: RedisServerProcess;
let nowMs: number;
const readLogin = iamLogin(
  source,
  () => Promise.resolve({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'an-example-of-a-secret' }),
  () => nowMs,
);
/** Like ElastiCache, accepts only the current token. */
const accept = async () => {
  const { password } = await readLogin();
  await server.admin.call(
    'ACL',
    'SETUSER',
    source.user,
    'on',
    'resetpass',
    `>${password}`,
    '~*',
    '&*',
    '+@all',
  );
};

beforeEach(async () => {
  server = await startRedisServer(inject('redisBinary'));
  nowMs = Date.parse('2026-11-26T10:00:00Z');
});
afterEach(() => server.close());

test('a token logs in, and is renewed for later connections', async () => {
  await accept();
  const credentials = createCredentials({
    first: await readLogin(),
    read: readLogin,
    reauthenticateEveryMs: 60_000,
  });
  const address = { ...parseRedisUrl(server.url), credentials };
  const redis = connect({ server: address, name: 'iam', commandTimeoutMs: 5000 }, () => {});
  await until('the connection is ready', () => redis.status === 'ready');
  expect(await redis.call('ACL', 'WHOAMI')).toBe(source.user);

  nowMs += source.everyMs;
  await accept();
  const before = credentials.current.password;
  await credentials.refresh();
  expect(credentials.current.password).not.toBe(before);
  expect(await redis.ping()).toBe('PONG');
  // As ElastiCache does after twelve hours.
  const closed = new Promise<void>((resolve) => redis.once('close', () => resolve()));
  await server.admin.call('CLIENT', 'KILL', 'USER', source.user);
  await closed;
  await until('the connection is ready with the new token', () => redis.status === 'ready');
  redis.disconnect();
});

test('open connections authenticate again after six hours, before ElastiCache closes them', async () => {
  await accept();
  const events: CredentialsEvent[] = [];
  const onEvent = (event: CredentialsEvent) => events.push(event);
  const credentials = createCredentials({
    first: await readLogin(),
    read: readLogin,
    reauthenticateEveryMs: source.reauthenticateEveryMs,
    onEvent,
    nowMs: () => nowMs,
  });
  const address = { ...parseRedisUrl(server.url), credentials };
  const redis = connect({ server: address, name: 'iam', commandTimeoutMs: 5000 }, () => {});
  await until('the connection is ready', () => redis.status === 'ready');
  const refreshAfter = async (ms: number): Promise<void> => {
    nowMs += ms;
    await accept();
    await credentials.refresh();
  };
  const renewed = { type: 'login-changed', connections: { renewed: 1, reopened: 0, refused: 0 } };
  await refreshAfter(source.everyMs);
  await refreshAfter(source.reauthenticateEveryMs - source.everyMs - 1);
  expect(events).toEqual([]);
  await refreshAfter(1000);
  expect(events).toEqual([renewed]);
  await refreshAfter(source.reauthenticateEveryMs - 1000);
  expect(events).toEqual([renewed]);
  await refreshAfter(1000);
  expect(events).toEqual([renewed, renewed]);
  redis.disconnect();
});

test('a token that has expired before the connection opens is signed again', async () => {
  await accept();
  const credentials = createCredentials({
    first: await readLogin(),
    read: readLogin,
    reauthenticateEveryMs: 60_000,
    initialBackoffMs: 50,
  });
  nowMs += 2 * source.everyMs;
  await accept();
  const address = { ...parseRedisUrl(server.url), credentials };
  const redis = connect({ server: address, name: 'iam', commandTimeoutMs: 5000 }, () => {});
  await until('the connection is ready', () => redis.status === 'ready');
  redis.disconnect();
});
