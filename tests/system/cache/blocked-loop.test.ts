import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, expect, inject, test } from 'vitest';
import { type OpenedCache, openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';

const policies = { days: { ttlMs: 600_000, jitter: 0, refreshAhead: false } };
/**
 * Shorter than the event loop is blocked, so that a deadline by the clock alone would be exceeded; longer than a busy
 * machine delays a server.
 */
const deadlineMs = 1500;
const blockedMs = 1600;
const times = 3;

let one: OpenedCache<'days'> | undefined;
afterEach(() => one?.end());

test('an event loop blocked for longer than the deadline opens no circuit breaker and causes no load', async () => {
  one = await openCache(inject('redisUrl'), { prefix: ownPrefix(), policies, deadlineMs });
  const { cache, events } = one;
  let loads = 0;
  const load = async (): Promise<number> => {
    loads += 1;
    return loads;
  };
  const read = (caller: number) =>
    cache.policy('days').get({ namespace: 'shop', key: `key-${caller}`, tags: ['day'], load });
  const callers = Array.from({ length: 32 }, (_, caller) => caller);
  await until('all entries are in Redis', async () => {
    const results = await Promise.all(callers.map(read));
    return results.every(({ source }) => source === 'remote');
  });
  const before = { loads, events: events.length };
  let blocked = 0;
  const sources = new Set<string>();
  const works = callers.map(async (caller) => {
    while (blocked < times) sources.add((await read(caller)).source);
  });
  for (; blocked < times; blocked++) {
    // Commands are in flight: they were sent at the end of the last turn.
    await new Promise((resolve) => setImmediate(resolve));
    const endMs = performance.now() + blockedMs;
    while (performance.now() < endMs);
    await read(0);
  }
  await Promise.all(works);
  expect(events.slice(before.events)).toEqual([]);
  expect([...sources]).toEqual(['remote']);
  expect(loads).toBe(before.loads);
  expect(events.slice(before.events)).toEqual([]);
  expect(cache.available).toBe(true);
});
