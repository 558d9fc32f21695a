import { expect, test } from 'vitest';
import { parseRedisUrl } from './parse-redis-url.ts';

test.each([
  ['redis://localhost', { host: 'localhost', port: 6379, tls: false, database: 0 }],
  ['rediss://example.com:6380/3', { host: 'example.com', port: 6380, tls: true, database: 3 }],
  ['valkey://localhost', { host: 'localhost', tls: false }],
  ['valkeys://localhost', { host: 'localhost', tls: true }],
  ['redis://[::1]:7000', { host: '::1', port: 7000 }],
  ['redis://u%40x:p%3Aw%25@localhost', { username: 'u@x', password: 'p:w%' }],
  ['redis://:secret@localhost', { username: null, password: 'secret' }],
])('%s is a server', (url, server) => expect(parseRedisUrl(url)).toMatchObject(server));

test.each([
  ['localhost:6379', 'must begin with redis://'],
  ['', 'must look like redis://host:6379'],
  ['http://secret@localhost', 'must begin with redis://'],
  ['redis:///0', 'must have a host'],
  ['redis://secret@localhost/cache', 'database number'],
  ['redis://secret@localhost?tls=true', 'no parameters, such as "tls". For TLS write rediss://'],
  ['redis://secret@localhost/0?db=1', 'no parameters, such as "db"'],
  ['redis://secret@localhost#1', 'no fragment'],
  ['redis://:100%secret@localhost', 'Write a percent sign as %25'],
  ['unix:///run/secret.sock', 'Unix socket'],
  ['redis+unix:///run/secret.sock', 'Unix socket'],
  ['redis-socket:///run/secret.sock', 'must begin with redis://'],
  ['/run/secret.sock', 'Unix socket'],
  ['sentinel://secret@localhost', 'Sentinels have no Redis URL'],
  ['redis-sentinel://secret@localhost:26379/main', 'Sentinels have no Redis URL'],
  ['redis+sentinel://secret@localhost:26379', 'Sentinels have no Redis URL'],
])('%j is rejected, without repeating what may be a password', (url, reason) => {
  expect(() => parseRedisUrl(url)).toThrow(TypeError);
  expect(() => parseRedisUrl(url)).toThrow(reason);
  expect(() => parseRedisUrl(url)).not.toThrow('secret');
});
