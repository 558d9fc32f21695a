import { expect, it } from 'vitest';
import { serverEnvironment } from './server.mjs';

const facts = {
  settings: { port: 3000, publicUrl: 'http://localhost:3000' },
  secrets: { operatorToken: 'token', bookingLinkSecret: 'secret' },
};
const postgres = { url: 'postgres://127.0.0.1:5000/bookedbarber' };
const external = { REDIS_URL: 'rediss://cache.example:6379', REDIS_PASSWORD: 'external', REDIS_SSL: 'true' };
/** Every other way to log in to an external server, and its kind. */
const otherExternal = {
  REDIS_USERNAME: 'ann',
  REDIS_PASSWORD_FILE: '/run/secrets/redis',
  REDIS_PASSWORD_SECRET: 'redis',
  REDIS_IAM_USER: 'api',
  REDIS_IAM_CACHE: 'shop',
  REDIS_CLUSTER: 'true',
};

it('removes the variables of an external Redis server when the embedded one is used', () => {
  const redis = { url: 'redis://:ours@127.0.0.1:6000', version: '7.0.15' };
  const result = serverEnvironment(
    { ...external, ...otherExternal, REDIS_KEY_PREFIX: 'mine', CACHE_TTL_DEFAULT: '5' },
    { ...facts, databases: { postgres, redis } },
  );
  expect(result).toEqual({
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: '3000',
    PUBLIC_URL: 'http://localhost:3000',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    REDIS_KEY_PREFIX: 'mine',
    CACHE_TTL_DEFAULT: '5',
    OPERATOR_TOKEN: 'token',
    BOOKING_LINK_SECRET: 'secret',
  });
});

it('keeps the variables of an external Redis server when it is used', () => {
  const redis = { url: external.REDIS_URL };
  expect(serverEnvironment(external, { ...facts, databases: { postgres, redis } })).toMatchObject(external);
});
