import { limiterContract, sharedLimiterContract } from '@bookedbarber/redis-tier/testing';
import { describe, inject, test } from 'vitest';
import { connect, serverOf } from '../../../packages/redis-tier/src/connection/index.ts';
import { proveLimiter } from '../../support/redis-tier/prove-limiter.ts';

describe('the limiter on a server', () => {
  const server = () => serverOf(inject('redisUrl'));
  test.each([...limiterContract, ...sharedLimiterContract])('keeps: $promise', (promised) =>
    proveLimiter(promised, () =>
      connect({ server: server(), name: 'contract', commandTimeoutMs: 5000 }, () => {}),
    ),
  );
});

describe('the limiter of a process alone', () => {
  test.each(limiterContract)('keeps: $promise', (promised) => proveLimiter(promised, null));
});
