import { expect, test } from 'vitest';
import { connectionSettings } from './connect.ts';
import { parseRedisUrl } from './parse-redis-url.ts';

const settingsOf = (url: string, more = {}) =>
  connectionSettings({ server: { ...parseRedisUrl(url), ...more }, name: 'test', commandTimeoutMs: 5000 });

test('reconnects after growing pauses of at most two seconds, for any number of attempts', () => {
  const { retryStrategy } = settingsOf('redis://localhost');
  const pauses = [1, 2, 3, 4, 5, 6, 7, 100, 10_000].map((attempt) => retryStrategy?.(attempt));
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000, 2000]);
});

test('has the times of the server and the command, and keeps connections alive every half minute', () => {
  expect(settingsOf('redis://localhost')).toMatchObject({
    connectTimeout: 20_000,
    commandTimeout: 5000,
    keepAlive: 30_000,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
  });
  expect(settingsOf('redis://localhost', { keepAlive: false })).not.toHaveProperty('keepAlive');
});
