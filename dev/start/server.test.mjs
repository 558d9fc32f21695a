import { expect, it } from 'vitest';
import { serverEnvironment } from './server.mjs';

const facts = {
  settings: { port: 3000, publicUrl: 'http://localhost:3000' },
  secrets: { operatorToken: 'token', bookingLinkSecret: 'secret' },
};
const postgres = { url: 'postgres://127.0.0.1:5000/bookedbarber' };
const external = { REDIS_URL: 'rediss://cache.example:6379', REDIS_PASSWORD: 'external', REDIS_SSL: 'true' };

it('removes the variables of an external Redis server when the embedded one is used', () => {
  const redis = { url: 'redis://:ours@127.0.0.1:6000', version: '7.0.15' };
  const result = serverEnvironment(
    { ...external, CACHE_TTL_DEFAULT: '5' },
    { ...facts, databases: { postgres, redis } },
  );
  expect(result).toMatchObject({ REDIS_URL: redis.url, DATABASE_URL: postgres.url, CACHE_TTL_DEFAULT: '5' });
  for (const name of ['REDIS_PASSWORD', 'REDIS_SSL']) expect(result).not.toHaveProperty(name);
});

it('keeps the variables of an external Redis server when it is used', () => {
  const redis = { url: external.REDIS_URL };
  expect(serverEnvironment(external, { ...facts, databases: { postgres, redis } })).toMatchObject(external);
});
