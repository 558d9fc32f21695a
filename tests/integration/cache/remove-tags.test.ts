import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { removeEveryTag } from '../../../packages/redis-tier/src/cache/invalidate/unlink-tags.ts';
import { connect, parseRedisUrl } from '../../../packages/redis-tier/src/connection/index.ts';
import { ownPrefix } from '../../support/redis-tier/cache-bench.ts';

let redis: Redis;
let prefix: string;
beforeEach(async () => {
  const server = parseRedisUrl(inject('redisUrl'));
  redis = connect({ server, name: 'test', commandTimeoutMs: 5000 }, () => {});
  prefix = ownPrefix();
  await once(redis, 'ready');
});
afterEach(() => redis.disconnect());

test('every tag is removed, however many there are, and nothing else', async () => {
  const tags = Array.from({ length: 3000 }, (_, number) => `${prefix}:t:{shop-${number % 40}}:${number}`);
  const others = [`${prefix}:c:{shop-1}:days:1:a`, `${prefix}2:t:{shop-1}:day`];
  await redis.mset(Object.fromEntries([...tags, ...others].map((name) => [name, '1'])));
  await removeEveryTag((command) => command(redis), `${prefix}:i`, `${prefix}:t:`);
  expect(await redis.exists(...tags)).toBe(0);
  expect(await redis.exists(...others)).toBe(others.length);
  await redis.unlink(...others);
});
