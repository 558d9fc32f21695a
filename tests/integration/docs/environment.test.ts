import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { isPublic, maskedValue } from '../../../apps/cli/src/env/known-variables.ts';
import { makeConfig } from '../../../apps/server/src/config/config.ts';

/** The names that makeConfig reads, even if the configuration is invalid. */
function namesRead(given: Readonly<Record<string, string>>): string[] {
  const names = new Set<string>();
  const env = new Proxy(given, {
    get: (target, name) => {
      if (typeof name === 'string') names.add(name);
      return Reflect.get(target, name);
    },
  });
  try {
    makeConfig(env);
  } catch {
    // Only the names matter, not errors.
  }
  return [...names];
}

const read = new Set(
  ['development', 'production'].flatMap((NODE_ENV) => [
    ...namesRead({ NODE_ENV, SMS_PROVIDER: 'twilio' }),
    ...namesRead({ NODE_ENV, SMS_PROVIDER: 'sns' }),
    ...namesRead({ NODE_ENV, REDIS_URL: 'redis://cache:6379', REDIS_JOBS_URL: 'redis://jobs:6379' }),
  ]),
);

async function documented(): Promise<string[]> {
  const page = await readFile(new URL('../../../docs/reference/environment.md', import.meta.url), 'utf8');
  const [serverSection = ''] = page.split('For `npm start` alone');
  return [...serverSection.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1] ?? '');
}

test('every variable that the server reads is in the reference exactly once', async () => {
  expect(read.size).toBeGreaterThan(25);
  const names = await documented();
  expect([...names].sort()).toEqual([...new Set(names)].sort());
  for (const name of read) expect(names).toContain(name);
});

test('the server reads every variable in the reference', async () => {
  for (const name of await documented()) expect(read, name).toContain(name);
});

test('the command env accepts every variable on the command line and shows its value, except those with secrets', () => {
  const withSecrets = [
    'BOOKING_LINK_SECRET',
    'DATABASE_PASSWORD',
    'DATABASE_URL',
    'OPERATOR_TOKEN',
    'REDIS_JOBS_URL',
    'REDIS_PASSWORD',
    'REDIS_URL',
    'SMTP_URL',
    'TWILIO_API_URL',
    'TWILIO_AUTH_TOKEN',
  ];
  // CLOCK is for simulations only.
  expect([...read].filter((name) => !isPublic(name)).sort()).toEqual(['CLOCK', ...withSecrets].sort());
  for (const name of withSecrets) {
    expect(maskedValue(name, 'hunter2')).not.toContain('hunter2');
    expect(maskedValue(name, 'rediss://ann:hunter2@host:1/2')).not.toMatch(/hunter2|ann/);
  }
});

test('the defaults in the reference are the actual defaults', async () => {
  const page = await readFile(new URL('../../../docs/reference/environment.md', import.meta.url), 'utf8');
  const defaultOf = (name: string) => new RegExp(`^\\| \`${name}\` \\| \`([^\`]*)\``, 'm').exec(page)?.[1];
  const secret = 'x'.repeat(32);
  const config = makeConfig({
    DATABASE_URL: 'postgres://localhost/name',
    REDIS_URL: 'redis://localhost',
    OPERATOR_TOKEN: secret,
    BOOKING_LINK_SECRET: secret,
  });
  const { redis, cache, rateLimits } = config;
  const seconds = (ms: number | undefined) => String((ms ?? 0) / 1000);
  expect({
    DATABASE_POOL_SIZE: defaultOf('DATABASE_POOL_SIZE'),
    REDIS_MAX_CONNECTIONS: defaultOf('REDIS_MAX_CONNECTIONS'),
    REDIS_CONNECTION_TIMEOUT: defaultOf('REDIS_CONNECTION_TIMEOUT'),
    REDIS_SOCKET_TIMEOUT: defaultOf('REDIS_SOCKET_TIMEOUT'),
    REDIS_KEY_PREFIX: defaultOf('REDIS_KEY_PREFIX'),
    CACHE_TTL_DEFAULT: defaultOf('CACHE_TTL_DEFAULT'),
    CACHE_TTL_BOOKINGS: defaultOf('CACHE_TTL_BOOKINGS'),
    CACHE_TTL_USER_DATA: defaultOf('CACHE_TTL_USER_DATA'),
    CACHE_TTL_BUSINESS: defaultOf('CACHE_TTL_BUSINESS'),
    CACHE_TTL_ANALYTICS: defaultOf('CACHE_TTL_ANALYTICS'),
    CACHE_TTL_STATIC: defaultOf('CACHE_TTL_STATIC'),
    RATE_LIMIT_PER_MINUTE: defaultOf('RATE_LIMIT_PER_MINUTE'),
    RATE_LIMIT_PER_HOUR: defaultOf('RATE_LIMIT_PER_HOUR'),
    RATE_LIMIT_PER_DAY: defaultOf('RATE_LIMIT_PER_DAY'),
    RATE_LIMIT_BOOKING: defaultOf('RATE_LIMIT_BOOKING'),
    RATE_LIMIT_ANALYTICS: defaultOf('RATE_LIMIT_ANALYTICS'),
    RATE_LIMIT_AUTH: defaultOf('RATE_LIMIT_AUTH'),
    RATE_LIMIT_ADDRESS_FACTOR: defaultOf('RATE_LIMIT_ADDRESS_FACTOR'),
  }).toEqual({
    DATABASE_POOL_SIZE: String(config.databasePoolSize),
    REDIS_MAX_CONNECTIONS: String(redis.maxConnections),
    REDIS_CONNECTION_TIMEOUT: seconds(redis.main?.connectTimeoutMs),
    REDIS_SOCKET_TIMEOUT: seconds(redis.main?.socketTimeoutMs),
    REDIS_KEY_PREFIX: redis.keyPrefix,
    CACHE_TTL_DEFAULT: seconds(cache.ttlMs.default),
    CACHE_TTL_BOOKINGS: seconds(cache.ttlMs.bookings),
    CACHE_TTL_USER_DATA: seconds(cache.ttlMs.userData),
    CACHE_TTL_BUSINESS: seconds(cache.ttlMs.business),
    CACHE_TTL_ANALYTICS: seconds(cache.ttlMs.analytics),
    CACHE_TTL_STATIC: seconds(cache.ttlMs.static),
    RATE_LIMIT_PER_MINUTE: String(rateLimits.defaults.perMinute),
    RATE_LIMIT_PER_HOUR: String(rateLimits.defaults.perHour),
    RATE_LIMIT_PER_DAY: String(rateLimits.defaults.perDay),
    RATE_LIMIT_BOOKING: Object.values(rateLimits.booking).join('/'),
    RATE_LIMIT_ANALYTICS: Object.values(rateLimits.analytics).join('/'),
    RATE_LIMIT_AUTH: Object.values(rateLimits.auth).join('/'),
    RATE_LIMIT_ADDRESS_FACTOR: String(rateLimits.addressFactor),
  });
});
