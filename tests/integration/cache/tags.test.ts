import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { type OpenedCache, openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';

// Need: the longest TTL of an entry, 3 minutes, plus its lease.
const policies = {
  days: { ttlMs: 60_000, staleWhileRevalidateMs: 60_000, staleIfErrorMs: 120_000, leaseMs: 1000 },
  brief: { ttlMs: 1000, leaseMs: 1000 },
};
const needMs = 181_000;
const key = { namespace: 'shop-1', key: 'a', tags: ['day', 'barber'] };

let prefix: string;
let one: OpenedCache<keyof typeof policies>;
beforeEach(async () => {
  prefix = ownPrefix();
  one = await openCache(inject('redisUrl'), { prefix, policies });
});
afterEach(() => one.end());

async function load(name: keyof typeof policies): Promise<void> {
  await one.cache.policy(name).get({ ...key, load: async () => 1 });
  await until('the entry is in Redis', async () => {
    return (
      (await one.cache.policy(name).get({ ...key, load: async () => 1, skip: 'local' })).source === 'remote'
    );
  });
}

describe('tags', () => {
  test('of an entry are the namespace tag and the named ones, in any order', async () => {
    await load('days');
    const names = await one.redis.keys(`${prefix}:t:*`);
    expect(names.sort()).toEqual(['', 'barber', 'day'].map((tag) => `${prefix}:t:{shop-1}:${tag}`));
    const result = await one.cache
      .policy('days')
      .get({ ...key, tags: ['barber', 'day', 'day'], load: async () => 2 });
    expect(result.source).toBe('remote');
  });

  // All tags of an entry are created by one call and have the same version.
  describe.each([
    ['fewer', ['day']],
    ['none', []],
    ['others', ['shop', 'chair']],
    ['some others', ['day', 'chair']],
    ['more', ['day', 'barber', 'chair']],
  ])('are part of the entry: for a lookup with %s of them it', (_, tags) => {
    const lookup = (load: () => Promise<number>, skip?: 'local') =>
      one.cache.policy('days').get({ ...key, tags, skip, load });
    beforeEach(async () => {
      await one.end();
      one = await openCache(inject('redisUrl'), { prefix, policies, local: { maxBytes: 1_000_000 } });
      // The other tags exist, and have the same version.
      const all = [...new Set([...key.tags, ...tags])];
      await one.cache.policy('days').get({ ...key, key: 'b', tags: all, load: async () => 0 });
      await load('days');
    });

    test('is a miss in both tiers', async () => {
      await until('it is in the local tier', async () => {
        return (await one.cache.policy('days').get({ ...key, load: async () => 3 })).source === 'local';
      });
      expect(await lookup(async () => 2)).toMatchObject({ source: 'miss', value: 2 });
      await load('days');
      expect(await lookup(async () => 3, 'local')).toMatchObject({ source: 'miss', value: 3 });
    });

    test('does not replace a load that fails', async () => {
      await expect(lookup(() => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
    });
  });

  test('are part of a load: a lookup with other tags does not join it', async () => {
    let finish = (_value: number): void => {};
    const held = new Promise<number>((resolve) => {
      finish = resolve;
    });
    const first = one.cache.policy('days').get({ ...key, load: () => held });
    const second = one.cache.policy('days').get({ ...key, tags: ['day'], load: async () => 2 });
    setTimeout(finish, 50, 1);
    expect([(await first).value, (await second).value]).toEqual([1, 2]);
  });

  test('are created with twice the needed TTL, which is extended only when less than the need is left', async () => {
    await load('brief');
    const tag = `${prefix}:t:{shop-1}:day`;
    expect(await one.redis.pttl(tag)).toBeGreaterThan(2 * needMs - 10_000);
    await one.redis.pexpire(tag, needMs + 20_000);
    await one.redis.unlink(`${prefix}:c:{shop-1}:brief:1:a`);
    await load('brief');
    expect(await one.redis.pttl(tag)).toBeLessThanOrEqual(needMs + 20_000);
    await one.redis.pexpire(tag, needMs - 20_000);
    await one.redis.unlink(`${prefix}:c:{shop-1}:brief:1:a`);
    await load('brief');
    expect(await one.redis.pttl(tag)).toBeGreaterThan(2 * needMs - 10_000);
  });

  test('outlive the entries that name them', async () => {
    await load('days');
    const entryMs = await one.redis.pttl(`${prefix}:c:{shop-1}:days:1:a`);
    expect(entryMs).toBeLessThanOrEqual(60_000 + 120_000);
    expect(entryMs).toBeGreaterThan(60_000);
    expect(await one.redis.pttl(`${prefix}:t:{shop-1}:`)).toBeGreaterThan(entryMs);
  });
});

test('lists entry keys page by page, by namespace and policy', async () => {
  const store = async (namespace: string, policy: keyof typeof policies, name: string): Promise<void> => {
    await until('the entry is in Redis', async () => {
      const { source } = await one.cache.policy(policy).get({ namespace, key: name, load: async () => 1 });
      return source === 'remote';
    });
  };
  for (let i = 0; i < 130; i++) await store('shop[1]*', 'days', `k${i}`);
  await store('shop[1]*', 'brief', 'brief');
  await store('shop1', 'days', 'other');
  const keys = vi.spyOn(one.redis, 'keys');
  const all = new Set<string>();
  let pages = 0;
  let cursor: string | null = '0';
  while (cursor !== null) {
    const page = await one.cache.keys({ namespace: 'shop[1]*', policy: 'days', cursor, limit: 10 });
    for (const name of page.keys) all.add(name);
    cursor = page.cursor;
    pages += 1;
  }
  expect(pages).toBeGreaterThan(1);
  expect(all.size).toBe(130);
  expect([...all].every((name) => name.startsWith(`${prefix}:c:{shop[1]*}:days:1:k`))).toBe(true);
  expect(keys).not.toHaveBeenCalled();
});
