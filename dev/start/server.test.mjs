import { expect, it } from 'vitest';
import { serverEnvironment } from './server.mjs';
import { readSettings } from './settings.mjs';

const folders = { projectFolder: '/project', defaultDataFolder: '/project/.data' };
const postgres = { url: 'postgres://127.0.0.1:5000/bookedbarber' };

it('takes away what describes a Redis server of the person, when the embedded one is used', () => {
  const env = { REDIS_PASSWORD: 'theirs', REDIS_SSL: 'true', REDIS_CLUSTER: 'true', CACHE_TTL_DEFAULT: '5' };
  const redis = { url: 'redis://:ours@127.0.0.1:6000', embedded: true };
  const made = serverEnvironment({
    env,
    settings: readSettings(env, folders),
    secrets: undefined,
    services: { postgres, redis },
  });
  expect(made).toMatchObject({ REDIS_URL: redis.url, DATABASE_URL: postgres.url, CACHE_TTL_DEFAULT: '5' });
  for (const name of ['REDIS_PASSWORD', 'REDIS_SSL', 'REDIS_CLUSTER']) expect(made).not.toHaveProperty(name);
});

it('leaves it as it is, when the server of the person is used', () => {
  const env = { REDIS_URL: 'rediss://cache.example:6379', REDIS_PASSWORD: 'theirs' };
  const redis = { url: env.REDIS_URL, embedded: false };
  const made = serverEnvironment({
    env,
    settings: readSettings(env, folders),
    secrets: undefined,
    services: { postgres, redis },
  });
  expect(made).toMatchObject(env);
});
