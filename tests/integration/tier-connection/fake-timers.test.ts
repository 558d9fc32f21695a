/** Applications replace the global timers in their tests. The tier must not wait for a tick that never comes. */
import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { nodeTimers, timers } from '../../../packages/redis-tier/src/core/internal.ts';
import { createLimiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { connectForLimits } from '../../support/limits/connected.ts';
import { openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';
import { useGlobalTimers } from '../../support/replaceable-timers.ts';

const opened: { end(): void | Promise<void> }[] = [];
// As in an application: the tier has bound its timers.
beforeEach(() => {
  Object.assign(timers, nodeTimers);
});
afterEach(async () => {
  vi.useRealTimers();
  for (const resource of opened.splice(0).reverse()) await resource.end();
  useGlobalTimers();
});

const policies = { days: { ttlMs: 600_000 } };

async function open() {
  const one = await openCache(inject('redisUrl'), { prefix: ownPrefix(), policies });
  opened.push(one);
  const redis = await connectForLimits(inject('redisUrl'));
  const limits = { default: { windows: { perHour: 1000 }, onOutage: 'fail-closed' } } as const;
  const limiter = createLimiter({ redis, prefix: ownPrefix(), limits, deadlineMs: 5000 });
  opened.push({ end: () => redis.disconnect() }, { end: () => limiter.close() });
  const read = (key: string) =>
    one.cache.policy('days').get({ namespace: 'shop', key, load: async () => key });
  return { read, check: () => limiter.check({ limit: 'default', key: 'a' }) };
}

describe('while an application has replaced the timers', () => {
  test('the cache reads Redis and the limiter decides, and both go on afterwards', async () => {
    const { read, check } = await open();
    await until('the entry is in Redis', async () => (await read('a')).source === 'remote');
    vi.useFakeTimers();
    const during = await Promise.all([read('a'), check()]);
    expect(during).toMatchObject([{ source: 'remote' }, { allowed: true, source: 'redis' }]);
    vi.useRealTimers();
    expect(await Promise.all([read('a'), check()])).toMatchObject([
      { source: 'remote' },
      { allowed: true, source: 'redis' },
    ]);
  });

  test('a batch whose turn never ends is sent with the next call', async () => {
    const { read, check } = await open();
    await until('the entry is in Redis', async () => (await read('a')).source === 'remote');
    // As if setImmediate had been replaced before the tier was loaded.
    timers.setImmediate = (() => undefined) as never;
    const waiting = [read('a'), check()];
    timers.setImmediate = nodeTimers.setImmediate;
    await new Promise((resolve) => setTimeout(resolve, 30));
    const later = [read('a'), check()];
    expect(await Promise.all([...waiting, ...later])).toMatchObject([
      { source: 'remote' },
      { allowed: true },
      { source: 'remote' },
      { allowed: true },
    ]);
  });
});
