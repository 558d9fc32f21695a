import { limiterContract, sharedLimiterContract } from '@bookedbarber/redis-tier/testing';
import { describe, inject, test } from 'vitest';
import { connect, parseRedisUrl } from '../../../packages/redis-tier/src/connection/index.ts';
import { createMemoryDriver } from '../../../packages/redis-tier/src/memory/index.ts';
import { proveLimiter } from '../../support/redis-tier/prove-limiter.ts';

describe('the limiter on a server', () => {
  const server = () => parseRedisUrl(inject('redisUrl'));
  for (const contract of [...limiterContract, ...sharedLimiterContract])
    test(`fulfills: ${contract.title}`, () =>
      proveLimiter(contract, () =>
        connect({ server: server(), name: 'contract', commandTimeoutMs: 5000 }, () => {}),
      ));
});

describe('the limiter in memory', () => {
  for (const contract of [...limiterContract, ...sharedLimiterContract])
    test(`fulfills: ${contract.title}`, () => {
      const driver = createMemoryDriver();
      return proveLimiter(contract, () => driver);
    });
});

describe('the limiter of a single process', () => {
  for (const contract of limiterContract)
    test(`fulfills: ${contract.title}`, () => proveLimiter(contract, null));
});
