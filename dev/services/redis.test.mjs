import { expect, it } from 'vitest';
import { redisSettings, redisUrl } from './redis.mjs';

const options = { folder: '/data "of" mine\\redis', password: 'word', durable: true, port: 6000 };

it('listens on this machine alone, with a password, and never evicts', () => {
  const settings = redisSettings(options).split('\n');
  expect(settings).toEqual(
    expect.arrayContaining([
      'bind 127.0.0.1',
      'protected-mode yes',
      'requirepass "word"',
      'appendonly yes',
      'maxmemory-policy noeviction',
    ]),
  );
});

it('quotes what stands in the path of the data folder', () => {
  expect(redisSettings(options)).toContain('dir "/data \\"of\\" mine\\\\redis"');
});

it('writes nothing to the disk when it need not last', () => {
  const settings = redisSettings({ ...options, durable: false });
  expect(settings).toContain('appendonly no\nsave ""');
});

it('puts the password into the address in a form that can be read back', () => {
  expect(decodeURIComponent(new URL(redisUrl(6000, 'a/b@c:d')).password)).toBe('a/b@c:d');
});
