import { expect, test } from 'vitest';
import { isPrivateHost } from './private-host.ts';

test.each(['localhost', 'redis', 'cache.localhost', '127.0.0.1', '127.9.9.9', '::1'])(
  '%s is private',
  (host) => {
    expect(isPrivateHost(host)).toBe(true);
  },
);

test.each(['cache.example', '10.0.0.5', '192.168.0.1', '::2', 'localhost.example'])(
  '%s is not private',
  (host) => {
    expect(isPrivateHost(host)).toBe(false);
  },
);
