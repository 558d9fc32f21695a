import { measured } from '@bookedbarber/elasticache';
import { expect, test } from 'vitest';
import { makeConfig } from '../../../apps/server/src/config/config.ts';
import { redisConnections } from '../../../apps/server/src/redis/redis-connections.ts';

test('the connection counts in plans equal those of the server', () => {
  const secret = 'x'.repeat(32);
  const config = makeConfig({
    DATABASE_URL: 'postgres://localhost/name',
    REDIS_URL: 'redis://localhost',
    OPERATOR_TOKEN: secret,
    BOOKING_LINK_SECRET: secret,
  });
  const held = (role: 'api' | 'worker') =>
    Object.values(redisConnections(config, role)).reduce((sum, count) => sum + count, 0);
  const { apiConnections, workerConnections } = measured.constants;
  expect({ api: held('api'), worker: held('worker') }).toEqual({
    api: apiConnections,
    worker: workerConnections,
  });
});
