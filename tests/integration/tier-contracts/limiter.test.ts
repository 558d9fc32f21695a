import { limiterContract, sharedLimiterContract } from '@bookedbarber/redis-tier/testing';
import { describe, inject, test } from 'vitest';
import { connect, parseRedisUrl } from '../../../packages/redis-tier/src/connection/index.ts';
import { proveLimiter } from '../../support/redis-tier/prove-limiter.ts';

describe('the limiter on a server', () => {
  const server = () => parseRedisUrl(inject('redisUrl'));
  test.each([...limiterContract, ...sharedLimiterContract])('fulfills: $title', (contract) =>
    proveLimiter(contract, () =>
      connect({ server: server(), name: 'contract', commandTimeoutMs: 5000 }, () => {}),
    ),
  );
});

describe('the limiter of a single process', () => {
  test.each(limiterContract)('fulfills: $title', (contract) => proveLimiter(contract, null));
});
