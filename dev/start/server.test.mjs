import { expect, it } from 'vitest';
import { serverEnvironment } from './server.mjs';

const facts = {
  settings: { port: 3000, publicUrl: 'http://localhost:3000' },
  secrets: { operatorToken: 'token', bookingLinkSecret: 'secret' },
};
const postgres = { url: 'postgres://127.0.0.1:5000/bookedbarber' };
const theirs = { REDIS_URL: 'rediss://cache.example:6379', REDIS_PASSWORD: 'theirs', REDIS_SSL: 'true' };

it('removes what describes a Redis server of the user, when the embedded one is used', () => {
  const redis = { url: 'redis://:ours@127.0.0.1:6000', version: '7.0.15' };
  const made = serverEnvironment(
    { ...theirs, CACHE_TTL_DEFAULT: '5' },
    { ...facts, databases: { postgres, redis } },
  );
  expect(made).toMatchObject({ REDIS_URL: redis.url, DATABASE_URL: postgres.url, CACHE_TTL_DEFAULT: '5' });
  for (const name of ['REDIS_PASSWORD', 'REDIS_SSL']) expect(made).not.toHaveProperty(name);
});

it('leaves it, when the server of the user is used', () => {
  const redis = { url: theirs.REDIS_URL };
  expect(serverEnvironment(theirs, { ...facts, databases: { postgres, redis } })).toMatchObject(theirs);
});
