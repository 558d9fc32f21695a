import {
  cacheContract,
  contractPolicies,
  type RedisServerProcess,
  sharedCacheContract,
  startRedisServer,
} from '@bookedbarber/redis-tier/testing';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { createCache } from '../../../packages/redis-tier/src/cache/index.ts';
import { connect, parseRedisUrl } from '../../../packages/redis-tier/src/connection/index.ts';
import { createMemoryDriver } from '../../../packages/redis-tier/src/memory/index.ts';
import { proveCache } from '../../support/redis-tier/prove-cache.ts';

const allContracts = [...cacheContract, ...sharedCacheContract];
const single = (url: string): Redis =>
  connect({ server: parseRedisUrl(url), name: 'contract', commandTimeoutMs: 5000 }, () => {});

describe('the cache on a server', () => {
  for (const contract of allContracts)
    test(`fulfills: ${contract.title}`, () => proveCache(contract, () => single(inject('redisUrl'))));
});

describe('the cache on a server that refuses tracking', () => {
  let server: RedisServerProcess;
  beforeAll(async () => {
    server = await startRedisServer(inject('redisBinary'));
    await server.admin.call('ACL', 'SETUSER', 'plain', 'on', '>pw', '~*', '&*', '+@all', '-client|tracking');
  });
  afterAll(() => server.close());

  for (const contract of allContracts)
    test(`fulfills: ${contract.title}`, () =>
      proveCache(contract, () => single(server.url.replace('//', '//plain:pw@'))));
});

describe('the cache in memory', () => {
  for (const contract of allContracts)
    test(`fulfills: ${contract.title}`, () => {
      const driver = createMemoryDriver();
      return proveCache(contract, () => driver);
    });
});

describe('a disabled cache', () => {
  for (const { title, run } of cacheContract)
    test(`fulfills: ${title}`, async () => {
      const redis = single(inject('redisUrl'));
      const cache = createCache({ redis, policies: contractPolicies, enabled: false });
      try {
        await run({ open: async () => cache });
      } finally {
        await cache.close(0);
        redis.disconnect();
      }
    });
});
