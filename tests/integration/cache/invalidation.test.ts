import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { type OpenedCache, openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';
import { signal } from '../../support/redis-tier/signal.ts';

const policies = { days: { ttlMs: 60_000, staleWhileRevalidateMs: 60_000, jitter: 0, refreshAhead: false } };

let prefix: string;
let one: OpenedCache<'days'>;
let other: OpenedCache<'days'>;
beforeEach(async () => {
  prefix = ownPrefix();
  one = await openCache(inject('redisUrl'), { prefix, policies });
  other = await openCache(inject('redisUrl'), { prefix, policies });
});
afterEach(async () => {
  await one.end();
  await other.end();
});

const key = { namespace: 'shop-1', key: 'a', tags: ['day', 'staff'] };

/** A source whose value the test changes, and a load of it. */
function newSource(): { value: number; load: () => Promise<number> } {
  const source = { value: 1, load: async (): Promise<number> => source.value };
  return source;
}

async function cached({ cache }: OpenedCache<'days'>, load: () => Promise<number>): Promise<void> {
  await until(
    'the entry is in Redis',
    async () => (await cache.policy('days').get({ ...key, load })).source === 'remote',
  );
}

describe('an invalidation', () => {
  test.each([['day'], ['staff']])(
    'of the tag %s is seen by every process once it is acknowledged',
    async (tag) => {
      const source = newSource();
      await cached(one, source.load);
      source.value = 2;
      expect(await one.cache.invalidate('shop-1', [tag])).toEqual({ applied: true });
      expect(await other.cache.policy('days').get({ ...key, load: source.load })).toMatchObject({ value: 2 });
    },
  );

  test('without tags invalidates the whole namespace, and no other namespace', async () => {
    const source = newSource();
    await cached(one, source.load);
    const neighbor = { ...key, namespace: 'shop-2', load: source.load };
    await one.cache.policy('days').get(neighbor);
    await until(
      'the entry is in Redis',
      async () => (await one.cache.policy('days').get(neighbor)).source === 'remote',
    );
    source.value = 2;
    await one.cache.invalidate('shop-1');
    expect((await other.cache.policy('days').get({ ...key, load: source.load })).value).toBe(2);
    expect((await other.cache.policy('days').get(neighbor)).value).toBe(1);
  });

  test('during a load prevents the loaded value from being stored', async () => {
    const reading = signal();
    const goOn = signal();
    const outdated = one.cache.policy('days').get({
      ...key,
      load: async () => {
        reading.give();
        await goOn.given;
        return 1;
      },
    });
    await reading.given;
    await other.cache.invalidate('shop-1', ['day']);
    goOn.give();
    expect((await outdated).value).toBe(1);
    const after = await other.cache.policy('days').get({ ...key, load: async () => 2 });
    expect(after).toMatchObject({ source: 'miss', value: 2 });
    expect((await one.cache.policy('days').get({ ...key, load: async () => 2 })).value).toBe(2);
  });

  test('during a load prevents the store even if the tags have been created again', async () => {
    const reading = signal();
    const goOn = signal();
    const outdated = one.cache.policy('days').get({
      ...key,
      load: async () => {
        reading.give();
        await goOn.given;
        return 1;
      },
    });
    await reading.given;
    await other.cache.invalidate('shop-1', ['day']);
    const neighbor = { ...key, key: 'b', load: async () => 2 };
    await until('the tags exist again', async () => {
      return (await other.cache.policy('days').get(neighbor)).source === 'remote';
    });
    goOn.give();
    expect((await outdated).value).toBe(1);
    await one.cache.close();
    const after = await other.cache.policy('days').get({ ...key, load: async () => 2 });
    expect(after).toMatchObject({ source: 'miss', value: 2 });
  });

  test('by the loading process detaches the load, so that later callers do not join it', async () => {
    const reading = signal();
    const goOn = signal();
    const outdated = one.cache.policy('days').get({
      ...key,
      load: async () => {
        reading.give();
        await goOn.given;
        return 1;
      },
    });
    await reading.given;
    const invalidated = one.cache.invalidate('shop-1', ['day']);
    const load = vi.fn(async () => 2);
    const during = one.cache.policy('days').get({ ...key, load });
    await until('the later caller loads for itself', () => load.mock.calls.length === 1);
    await invalidated;
    // A caller after the acknowledgement does not wait for the load either.
    expect((await one.cache.policy('days').get({ ...key, load: async () => 2 })).value).toBe(2);
    goOn.give();
    expect((await outdated).value).toBe(1);
    expect((await during).value).toBe(2);
  });

  test('by another process: a caller that joined the load after it began does not get its value', async () => {
    const reading = signal();
    const goOn = signal();
    const outdated = one.cache.policy('days').get({
      ...key,
      load: async () => {
        reading.give();
        await goOn.given;
        return 1;
      },
    });
    await reading.given;
    await other.cache.invalidate('shop-1', ['day']);
    const mget = vi.spyOn(one.redis, 'mgetBuffer');
    const late = one.cache.policy('days').get({ ...key, load: async () => 2 });
    await until('the late caller has read Redis', async () => {
      const sent = mget.mock.results[0];
      if (sent?.type !== 'return') return false;
      await sent.value;
      return true;
    });
    goOn.give();
    expect((await outdated).value).toBe(1);
    expect((await late).value).toBe(2);
  });

  test('is implied when a tag has another replication id', async () => {
    const source = newSource();
    await cached(one, source.load);
    const tagKey = `${prefix}:t:{shop-1}:day`;
    const version = await one.redis.getBuffer(tagKey);
    expect(version).toHaveLength(16);
    source.value = 2;
    version?.write('other!', 0, 'latin1');
    await one.redis.set(tagKey, version ?? '');
    expect((await one.cache.policy('days').get({ ...key, load: source.load })).value).toBe(2);
  });

  test('of a namespace with braces is rejected', async () => {
    await expect(one.cache.invalidate('a}b')).rejects.toThrow(/braces/);
  });
});

describe('an invalidation that the server refuses', () => {
  test('is retried, and until then its process reads nothing that it covers', async () => {
    const source = newSource();
    await cached(one, source.load);
    const refused = vi.spyOn(one.redis, 'unlink').mockImplementation(() => {
      return Promise.reject(Object.assign(new Error('ERR for the test'), { name: 'ReplyError' }));
    });
    source.value = 2;
    expect(await one.cache.invalidate('shop-1', ['day'])).toEqual({ applied: false });
    expect(one.cache.available).toBe(true);
    expect((await one.cache.policy('days').get({ ...key, load: source.load })).value).toBe(2);
    expect((await one.cache.policy('days').get({ ...key, load: source.load })).source).toBe('miss');
    expect((await other.cache.policy('days').get({ ...key, load: source.load })).value).toBe(1);
    refused.mockRestore();
    await until('the invalidation is applied', async () => {
      return (await other.cache.policy('days').get({ ...key, load: source.load })).value === 2;
    });
    await cached(one, source.load);
    expect(one.events.map(({ type }) => type)).toEqual([
      'up',
      'invalidation-pending',
      'invalidations-applied',
    ]);
  });

  test('keeps its effect when too many are pending: the namespace or everything is invalidated', async () => {
    const source = newSource();
    await cached(one, source.load);
    const neighbor = { ...key, namespace: 'shop-2', load: source.load };
    await until(
      'the entry is in Redis',
      async () => (await one.cache.policy('days').get(neighbor)).source === 'remote',
    );
    const refused = vi.spyOn(one.redis, 'unlink').mockImplementation(() => {
      return Promise.reject(Object.assign(new Error('ERR for the test'), { name: 'ReplyError' }));
    });
    source.value = 2;
    const tags = Array.from({ length: 100 }, (_, index) => `tag-${index}`);
    await Promise.all(tags.map((tag) => one.cache.invalidate('shop-1', [tag])));
    expect((await one.cache.policy('days').get({ ...key, load: source.load })).value).toBe(2);
    expect((await one.cache.policy('days').get(neighbor)).value).toBe(1);
    const namespaces = Array.from({ length: 10_001 }, (_, index) => `namespace-${index}`);
    await Promise.all(namespaces.map((namespace) => one.cache.invalidate(namespace)));
    expect((await one.cache.policy('days').get(neighbor)).value).toBe(2);
    refused.mockRestore();
    // The scan removes tags page by page, so one entry is invalidated before the other.
    for (const request of [neighbor, { ...key, load: source.load }])
      await until('the entry is invalidated', async () => {
        return (await other.cache.policy('days').get(request)).value === 2;
      });
  });
});

describe('while a slot is migrated to another node', () => {
  test('tags are removed one by one', async () => {
    const source = newSource();
    await cached(one, source.load);
    const unlink = vi.spyOn(one.redis, 'unlink').mockImplementationOnce(() => {
      return Promise.reject(
        Object.assign(new Error('TRYAGAIN Multiple keys request'), { name: 'ReplyError' }),
      );
    });
    source.value = 2;
    expect(await one.cache.invalidate('shop-1', ['day', 'staff'])).toEqual({ applied: true });
    expect(unlink.mock.calls.map((args) => args.length)).toEqual([2, 1, 1]);
    expect((await other.cache.policy('days').get({ ...key, load: source.load })).value).toBe(2);
  });

  test('callers of one turn whose read is refused share a load', async () => {
    vi.spyOn(one.redis, 'mgetBuffer').mockImplementation(() => {
      return Promise.reject(
        Object.assign(new Error('TRYAGAIN Multiple keys request'), { name: 'ReplyError' }),
      );
    });
    const load = vi.fn(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return 1;
    });
    const get = (): Promise<unknown> => one.cache.policy('days').get({ ...key, load });
    const early = Array.from({ length: 100 }, get);
    await until('the load has begun', () => load.mock.calls.length === 1);
    await Promise.all([...early, ...Array.from({ length: 100 }, get)]);
    expect(load.mock.calls.length).toBeLessThanOrEqual(3);
  });

  test('a refused read loads without Redis, and Redis stays in use', async () => {
    const source = newSource();
    await cached(one, source.load);
    vi.spyOn(one.redis, 'mgetBuffer').mockImplementationOnce(() => {
      return Promise.reject(
        Object.assign(new Error('TRYAGAIN Multiple keys request'), { name: 'ReplyError' }),
      );
    });
    source.value = 2;
    const evalsha = vi.spyOn(one.redis, 'callBuffer');
    const result = await one.cache.policy('days').get({ ...key, load: source.load });
    expect(result).toMatchObject({ source: 'miss', value: 2 });
    expect(evalsha).not.toHaveBeenCalled();
    expect(one.cache.available).toBe(true);
    expect((await one.cache.policy('days').get({ ...key, load: source.load })).source).toBe('remote');
  });
});
