import { setTimeout as delay } from 'node:timers/promises';
import {
  type FaultProxy,
  type ProxiedLink,
  type RedisServerProcess,
  startFaultProxy,
  startRedisServer,
  until,
} from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import type { CacheOptions, PolicyOptions } from '../../../packages/redis-tier/src/cache/index.ts';
import { type OpenedCache, openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';
import { signal } from '../../support/redis-tier/signal.ts';

const policies = {
  days: { ttlMs: 600_000, jitter: 0, refreshAhead: false },
  ahead: { ttlMs: 60_000, jitter: 0 },
  brief: { ttlMs: 30_000, jitter: 0, refreshAhead: false },
  outlasting: { ttlMs: 600_000, staleIfUnavailableMs: 60_000, staleIfErrorMs: 60_000, errorTtlMs: 0 },
  shared: { ttlMs: 600_000, local: false },
} satisfies Record<string, PolicyOptions>;
type Names = keyof typeof policies;

const key = { namespace: 'shop-1', key: 'a', tags: ['day'] };
const local = { maxBytes: 1_000_000 };
/** For frozen servers, in ms: a busy server that works still meets it. */
const shortDeadlineMs = 1000;

let prefix: string;
let aheadMs: number;
const opened: { end(): void | Promise<void> }[] = [];
beforeEach(() => {
  prefix = ownPrefix();
  aheadMs = 0;
});
afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource.end();
});

async function server(settings: readonly string[] = []): Promise<RedisServerProcess> {
  const redis = await startRedisServer(inject('redisBinary'), settings);
  opened.push({ end: () => redis.close() });
  return redis;
}

async function open(url: string, options: Partial<CacheOptions<Names>> = {}): Promise<OpenedCache<Names>> {
  const one = await openCache<Names>(url, { prefix, policies, local, ...options });
  opened.push(one);
  await until('tracking is connected', () => one.cache.statistics().local.trackingConnected);
  return one;
}

const shiftedClock = { nowMs: () => Date.now() + aheadMs };
/** A clock that advances only when the test says so. */
const fixedClock = { nowMs: () => 1_800_000_000_000 + aheadMs };

/** The link of a cache behind the proxy on which it receives notifications. */
async function listenerOf(redis: RedisServerProcess, proxy: FaultProxy): Promise<ProxiedLink> {
  const clients = String(await redis.admin.client('LIST')).split('\n');
  const isListener = ({ serverSidePort }: ProxiedLink): boolean =>
    clients.some((line) => line.includes(`:${serverSidePort} `) && line.includes('sub=2'));
  const listener = proxy.links.find(isListener);
  if (listener === undefined) throw new Error('No subscriber found');
  return listener;
}

async function localHit(
  { cache }: OpenedCache<Names>,
  load: () => Promise<unknown>,
  policy: Names = 'days',
): Promise<void> {
  await until(
    'the lookup is a local hit',
    async () => (await cache.policy(policy).get({ ...key, load })).source === 'local',
  );
}

describe('the local tier', () => {
  test('returns the same frozen value and bytes each time, without Redis', async () => {
    const one = await open(inject('redisUrl'));
    const load = async (): Promise<{ free: number[] }> => ({ free: [1] });
    await localHit(one, load);
    const mget = vi.spyOn(one.redis, 'mgetBuffer');
    const first = await one.cache.policy('days').get({ ...key, load });
    const second = await one.cache.policy('days').get({ ...key, load });
    expect(second.value).toBe(first.value);
    expect(second.body).toBe(first.body);
    expect(Object.isFrozen(first.value.free)).toBe(true);
    expect(mget).not.toHaveBeenCalled();
    expect(one.cache.statistics().local).toMatchObject({ entries: 1, trackingConnected: true });
  });

  test.each([
    ['one of its tags', ['day']],
    ['the namespace', []],
  ])('drops an entry when another process invalidates %s', async (_, tags) => {
    const [one, other] = [await open(inject('redisUrl')), await open(inject('redisUrl'))];
    let truth = 1;
    const load = async (): Promise<number> => truth;
    await localHit(one, load);
    await localHit(other, load);
    truth = 2;
    await other.cache.invalidate('shop-1', tags);
    expect((await other.cache.policy('days').get({ ...key, load })).value).toBe(2);
    await until('the other process has received it', async () => {
      return (await one.cache.policy('days').get({ ...key, load })).value === 2;
    });
  });

  test('keeps entries that an invalidation does not cover', async () => {
    const one = await open(inject('redisUrl'));
    const load = async (): Promise<number> => 1;
    await localHit(one, load);
    await one.cache.invalidate('shop-1', ['staff']);
    await one.cache.invalidate('shop-2');
    expect((await one.cache.policy('days').get({ ...key, load })).source).toBe('local');
  });

  test('reuses a combined result without lookups, and counts hits, until one of its results is invalid', async () => {
    const [one, other] = [await open(inject('redisUrl')), await open(inject('redisUrl'))];
    const load = async (): Promise<number> => 1;
    await localHit(one, load);
    const brief = { namespace: 'shop-1', key: 'b', tags: ['staff'], load };
    await until('both entries are local', async () => {
      const results = [
        await one.cache.policy('days').get({ ...key, load }),
        await one.cache.policy('days').get(brief),
      ];
      return results.every(({ source }) => source === 'local');
    });
    const results = [
      await one.cache.policy('days').get({ ...key, load }),
      await one.cache.policy('days').get(brief),
    ];
    const hits = (): number => one.cache.statistics().total.localHits;
    const before = hits();
    const mget = vi.spyOn(one.redis, 'mgetBuffer');
    const combined = one.cache.combine(results);
    const first = one.cache.combine(results.slice(0, 1));
    expect(combined?.reuse()).toBe(true);
    expect(hits() - before).toBe(2);
    expect(mget).not.toHaveBeenCalled();
    await other.cache.invalidate('shop-1', ['staff']);
    await until('the invalidation has arrived', () => combined?.reuse() === false);
    expect(first?.reuse(), 'the unaffected result').toBe(true);
    expect(one.cache.combine(results), 'one result is invalid').toBeNull();
    const own = one.cache.invalidate('shop-1', ['day']);
    expect(first?.reuse(), 'own invalidation, before the acknowledgement').toBe(false);
    await own;
  });

  test('elects one caller to refresh a combined result that expires soon, while all others reuse it', async () => {
    const one = await open(inject('redisUrl'), { entryClock: fixedClock });
    let loads = 0;
    // Refresh-ahead begins twenty load times before the end.
    const load = async (): Promise<number> => {
      await delay(100);
      return ++loads;
    };
    await localHit(one, load, 'ahead');
    const read = () => one.cache.policy('ahead').get({ ...key, load });
    const combined = one.cache.combine([await read()]);
    expect(combined?.reuse()).toBe(true);
    aheadMs = policies.ahead.ttlMs - 1000;
    const chance = vi.spyOn(Math, 'random').mockReturnValue(Number.MIN_VALUE);
    try {
      expect(combined?.reuse(), 'the elected caller').toBe(false);
      expect(combined?.reuse(), 'the other callers').toBe(true);
      chance.mockReturnValue(1);
      expect((await read()).value, 'the elected caller does not wait for the load').toBe(1);
      await until('the entry was loaded again', async () => (await read()).value === 2);
    } finally {
      chance.mockRestore();
    }
    expect(loads).toBe(2);
  });

  test('does not reuse results that are not local, have expired, or may have missed an invalidation', async () => {
    const redis = await server();
    let silentMs = 0;
    const clock = { nowMs: () => Date.now() + silentMs };
    const one = await open(redis.url, { entryClock: fixedClock, clock });
    const load = async (): Promise<number> => 1;
    const loaded = await one.cache.policy('days').get({ ...key, load });
    expect(one.cache.combine([loaded]), 'just loaded').toBeNull();
    await localHit(one, load, 'brief');
    const brief = one.cache.combine([await one.cache.policy('brief').get({ ...key, load })]);
    await localHit(one, load);
    const lasting = one.cache.combine([await one.cache.policy('days').get({ ...key, load })]);
    expect(brief?.reuse()).toBe(true);
    aheadMs = policies.brief.ttlMs;
    expect(brief?.reuse(), 'expired').toBe(false);
    expect(lasting?.reuse()).toBe(true);
    redis.freeze();
    expect(lasting?.reuse()).toBe(true);
    silentMs = 3001;
    expect(lasting?.reuse(), 'no reply for three seconds').toBe(false);
    redis.thaw();
  });

  test('shows a process its own invalidation immediately, before it is acknowledged', async () => {
    const one = await open(inject('redisUrl'));
    let truth = 1;
    const load = async (): Promise<number> => truth;
    await localHit(one, load);
    truth = 2;
    const invalidated = one.cache.invalidate('shop-1', ['day']);
    expect((await one.cache.policy('days').get({ ...key, load })).value).toBe(2);
    await invalidated;
    expect((await one.cache.policy('days').get({ ...key, load })).value).toBe(2);
  });

  test('does not store a value whose read overlapped an invalidation', async () => {
    const [one, other] = [await open(inject('redisUrl')), await open(inject('redisUrl'))];
    let truth = 1;
    const load = async (): Promise<number> => truth;
    await until('the entry is in Redis', async () => {
      return (await other.cache.policy('days').get({ ...key, load })).source !== 'miss';
    });
    const neighbor = { namespace: 'shop-1', key: 'b', tags: ['staff'], load: async () => 0 };
    await until('another entry is a local hit', async () => {
      return (await one.cache.policy('days').get(neighbor)).source === 'local';
    });
    const goOn = signal();
    const read = vi.spyOn(one.redis, 'mgetBuffer').mockImplementationOnce(async (...args) => {
      const replies = await one.redis.mgetBuffer(...(args as [string[]]));
      await goOn.given;
      return replies;
    });
    const slow = one.cache.policy('days').get({ ...key, load });
    await until('the MGET is sent', () => read.mock.calls.length > 1);
    await one.redis.ping();
    truth = 2;
    await other.cache.invalidate('shop-1', ['day']);
    await other.cache.invalidate('shop-1', ['staff']);
    await until('the second invalidation has arrived, and so the first', async () => {
      return (await one.cache.policy('days').get({ ...neighbor, load: async () => 3 })).value === 3;
    });
    goOn.give();
    await slow;
    await until('the new value is read', async () => {
      return (await one.cache.policy('days').get({ ...key, load })).value === 2;
    });
    for (let i = 0; i < 20; i++) expect((await one.cache.policy('days').get({ ...key, load })).value).toBe(2);
  });

  test('does not store a loaded value whose store overlapped an invalidation', async () => {
    const [one, other] = [await open(inject('redisUrl')), await open(inject('redisUrl'))];
    const neighbor = { namespace: 'shop-1', key: 'b', tags: ['staff'], load: async () => 0 };
    await until('another entry is a local hit', async () => {
      return (await one.cache.policy('days').get(neighbor)).source === 'local';
    });
    const { bytesStored } = one.cache.statistics().total;
    const goOn = signal();
    // The store is executed, and its reply is delayed.
    const send = one.redis.callBuffer.bind(one.redis) as (...args: unknown[]) => Promise<unknown>;
    let replies = 0;
    vi.spyOn(one.redis, 'callBuffer').mockImplementation(async (...args: unknown[]) => {
      const reply = await send(...args);
      replies += 1;
      if (replies === 2) await goOn.given;
      return reply;
    });
    expect((await one.cache.policy('days').get({ ...key, load: async () => 1 })).value).toBe(1);
    await until('the entry is in Redis', () => replies === 2);
    await other.cache.invalidate('shop-1', ['day']);
    await other.cache.invalidate('shop-1', ['staff']);
    await until('the second invalidation has arrived, and so the first', async () => {
      return (await one.cache.policy('days').get({ ...neighbor, load: async () => 3 })).value === 3;
    });
    goOn.give();
    await until('the reply is processed', () => one.cache.statistics().total.bytesStored > bytesStored);
    expect((await one.cache.policy('days').get({ ...key, load: async () => 2 })).value).toBe(2);
  });

  test('counts its own invalidation at the acknowledgement too: a value read in between is not stored', async () => {
    const redis = await server();
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
    opened.push({ end: () => proxy.close() });
    const one = await open(`redis://127.0.0.1:${proxy.port}`);
    await until('the entry is in Redis', async () => {
      const request = { ...key, skip: 'local', load: async () => 1 } as const;
      return (await one.cache.policy('shared').get(request)).source === 'remote';
    });
    // As while a slot is migrated: the first UNLINK is refused, and the one for the single key is delayed.
    const goOn = signal();
    const unlink = one.redis.unlink.bind(one.redis);
    vi.spyOn(one.redis, 'unlink')
      .mockImplementationOnce(() =>
        Promise.reject(Object.assign(new Error('TRYAGAIN for the test'), { name: 'ReplyError' })),
      )
      .mockImplementationOnce(async (...args: unknown[]) => {
        await goOn.given;
        return unlink(...(args as [string]));
      });
    const during = one.cache.policy('days').get({ ...key, load: async () => 1 });
    const invalidated = one.cache.invalidate('shop-1', ['day']);
    await during;
    (await listenerOf(redis, proxy)).freeze('toClient');
    goOn.give();
    expect(await invalidated).toEqual({ applied: true });
    expect((await one.cache.policy('days').get({ ...key, load: async () => 2 })).value).toBe(2);
  });

  test('does not return to a process what it has invalidated, even while the server refuses the invalidation', async () => {
    const one = await open(inject('redisUrl'));
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
    vi.spyOn(one.redis, 'unlink').mockImplementation(() => {
      return Promise.reject(Object.assign(new Error('ERR for the test'), { name: 'ReplyError' }));
    });
    expect(await one.cache.invalidate('shop-1', ['day'])).toEqual({ applied: false });
    goOn.give();
    expect((await outdated).value).toBe(1);
    // The value is stored, because its tags still exist.
    await until('the value is stored', () => one.cache.statistics().total.bytesStored > 0);
    expect((await one.cache.policy('days').get({ ...key, load: async () => 2 })).value).toBe(2);
  });

  test('is skipped for a session that has just written, as is the whole cache on request', async () => {
    const one = await open(inject('redisUrl'));
    let truth = 1;
    const load = async (): Promise<number> => truth++;
    await localHit(one, load);
    expect((await one.cache.policy('days').get({ ...key, skip: 'local', load })).source).toBe('remote');
    const before = truth;
    expect(await one.cache.policy('days').get({ ...key, skip: 'all', load })).toMatchObject({
      source: 'miss',
      value: before,
    });
  });

  test('respects the TTL of an entry, and is not used by policies without it', async () => {
    const one = await open(inject('redisUrl'), { entryClock: fixedClock });
    let truth = 1;
    const load = async (): Promise<number> => truth++;
    await localHit(one, load, 'brief');
    const before = truth;
    aheadMs = policies.brief.ttlMs;
    expect(await one.cache.policy('brief').get({ ...key, load })).toMatchObject({
      source: 'miss',
      value: before,
    });
    await until('the entry is in Redis', async () => {
      return (await one.cache.policy('shared').get({ ...key, load })).source === 'remote';
    });
    expect((await one.cache.policy('shared').get({ ...key, load })).source).toBe('remote');
  });

  test('stays within its maximum size', async () => {
    const one = await open(inject('redisUrl'), { local: { maxBytes: 50_000 } });
    const load = async (): Promise<string> => 'x'.repeat(1000);
    for (let i = 0; i < 50; i++) await one.cache.policy('days').get({ namespace: 's', key: `${i}`, load });
    await until('all are stored', () => one.cache.statistics().total.bytesStored > 50_000);
    const { entries, bytes } = one.cache.statistics().local;
    expect(bytes).toBeLessThanOrEqual(50_000);
    expect(entries).toBeGreaterThan(5);
    expect(entries).toBeLessThan(50);
  });
});

describe('a local tier that may have missed invalidations', () => {
  test('serves nothing as fresh while its connection is lost, and serves again once tracking has begun again', async () => {
    const redis = await server();
    const one = await open(redis.url);
    let truth = 1;
    const load = async (): Promise<number> => truth;
    await localHit(one, load);
    await localHit(one, load, 'outlasting');
    const listener = String(await redis.admin.client('LIST'))
      .split('\n')
      .find((line) => line.includes('sub=2'));
    await redis.admin.client('KILL', 'ID', /id=(\d+)/.exec(listener ?? '')?.[1] ?? '');
    await until('tracking is disconnected', () => !one.cache.statistics().local.trackingConnected);
    truth = 2;
    await redis.admin.del(`${prefix}:t:{shop-1}:day`);
    expect((await one.cache.policy('days').get({ ...key, load })).value).toBe(2);
    await until('tracking is connected again', () => one.cache.statistics().local.trackingConnected);
    // This entry changed while tracking was disconnected, and was not read in the meantime.
    expect((await one.cache.policy('outlasting').get({ ...key, load })).value).toBe(2);
    await localHit(one, load);
    truth = 3;
    await redis.admin.del(`${prefix}:t:{shop-1}:day`);
    await until(
      'the change has arrived',
      async () => (await one.cache.policy('days').get({ ...key, load })).value === 3,
    );
    expect(one.events.map(({ type }) => type)).toEqual([
      'up',
      'tracking-connected',
      'tracking-disconnected',
      'tracking-connected',
    ]);
  });

  test('serves nothing as fresh after three seconds without a reply on its connection', async () => {
    const redis = await server();
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
    opened.push({ end: () => proxy.close() });
    const one = await open(`redis://127.0.0.1:${proxy.port}`, { clock: shiftedClock });
    const other = await open(redis.url);
    let truth = 1;
    const load = async (): Promise<number> => truth;
    await localHit(one, load);
    (await listenerOf(redis, proxy)).freeze('toClient');
    truth = 2;
    await other.cache.invalidate('shop-1', ['day']);
    aheadMs = 3001;
    // The role is checked again on the connection for commands, which works.
    await until('Redis is used', () => one.cache.available);
    expect((await one.cache.policy('days').get({ ...key, load })).value).toBe(2);
    expect(one.cache.statistics().local.trackingConnected).toBe(false);
    proxy.thaw();
    await until('tracking is connected again', () => one.cache.statistics().local.trackingConnected);
  });

  test('serves nothing as fresh when it tracks another server than the commands go to', async () => {
    const [redis, another] = [await server(), await server()];
    let target = redis;
    const proxy = await startFaultProxy(() => ({ host: '127.0.0.1', port: target.port }));
    opened.push({ end: () => proxy.close() });
    const one = await open(`redis://127.0.0.1:${proxy.port}`);
    await localHit(one, async () => 1);
    const clients = String(await redis.admin.client('LIST')).split('\n');
    const isListener = ({ serverSidePort }: ProxiedLink): boolean =>
      clients.some((line) => line.includes(`:${serverSidePort} `) && line.includes('sub=2'));
    target = another;
    proxy.links.find((link) => !isListener(link))?.cut();
    await until('the other server is used', () =>
      one.events.some(({ type }) => type === 'replication-id-changed'),
    );
    expect((await one.cache.policy('days').get({ ...key, load: async () => 2 })).value).toBe(2);
    await until('the other server is tracked', () => one.cache.statistics().local.trackingConnected);
    await localHit(one, async () => 2);
    await another.admin.unlink(`${prefix}:t:{shop-1}:`);
    await until(
      'its invalidations arrive',
      async () => (await one.cache.policy('days').get({ ...key, load: async () => 3 })).value === 3,
    );
  });

  test('receives eviction, expiry and flush of tags', async () => {
    const redis = await server();
    const one = await open(redis.url);
    let truth = 1;
    const load = async (): Promise<number> => truth;
    for (const lose of [
      () => redis.admin.flushall(),
      () => redis.admin.pexpire(`${prefix}:t:{shop-1}:`, 1),
      () => redis.admin.unlink(`${prefix}:t:{shop-1}:day`),
    ]) {
      await localHit(one, load);
      truth += 1;
      await lose();
      await until(
        'the change has arrived',
        async () => (await one.cache.policy('days').get({ ...key, load })).value === truth,
      );
    }
  });

  test('serves stale entries while Redis is unavailable, within the limit, except those that it has invalidated', async () => {
    const redis = await server();
    const one = await open(redis.url, { deadlineMs: shortDeadlineMs });
    let truth = 1;
    const load = async (): Promise<number> => truth;
    await localHit(one, load);
    await localHit(one, load, 'outlasting');
    redis.freeze();
    truth = 2;
    await until('the outage is detected', () => {
      void one.cache.policy('shared').get({ ...key, load });
      return !one.cache.available;
    });
    expect(await one.cache.policy('outlasting').get({ ...key, load })).toMatchObject({
      source: 'stale',
      value: 1,
    });
    expect(await one.cache.policy('days').get({ ...key, load })).toMatchObject({ source: 'miss', value: 2 });
    await one.cache.invalidate('shop-1', ['day']);
    expect(await one.cache.policy('outlasting').get({ ...key, load })).toMatchObject({
      source: 'miss',
      value: 2,
    });
    redis.thaw();
  });

  test('does not serve an entry as stale whose invalidation arrived before the outage', async () => {
    const redis = await server();
    const options = { deadlineMs: shortDeadlineMs };
    const [one, other] = [await open(redis.url, options), await open(redis.url)];
    await localHit(one, async () => 1, 'outlasting');
    const load = async (): Promise<number> => 2;
    const combined = one.cache.combine([await one.cache.policy('outlasting').get({ ...key, load })]);
    await other.cache.invalidate('shop-1', ['day']);
    await until('the invalidation has arrived', () => combined?.reuse() === false);
    redis.freeze();
    await until('the outage is detected', () => {
      void one.cache.policy('shared').get({ ...key, load });
      return !one.cache.available;
    });
    expect((await one.cache.policy('outlasting').get({ ...key, load })).value).toBe(2);
  });

  /** The URL of a user for whom the server refuses tracking. */
  async function urlWithoutTracking(redis: RedisServerProcess): Promise<string> {
    await redis.admin.call('ACL', 'SETUSER', 'plain', 'on', '>pw', '~*', '&*', '+@all', '-client|tracking');
    return redis.url.replace('//', '//plain:pw@');
  }

  test('receives published invalidations where the server refuses tracking', async () => {
    const redis = await server();
    const url = await urlWithoutTracking(redis);
    const [one, other] = [await open(url), await open(url)];
    let truth = 1;
    const load = async (): Promise<number> => truth;
    await localHit(one, load);
    truth = 2;
    await other.cache.invalidate('shop-1', ['day']);
    await until(
      'the invalidation has arrived',
      async () => (await one.cache.policy('days').get({ ...key, load })).value === 2,
    );
  });

  test('receives an invalidation of everything where the server refuses tracking', async () => {
    const redis = await server();
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
    opened.push({ end: () => proxy.close() });
    const url = await urlWithoutTracking(redis);
    const [one, other] = [await open(url), await open(url.replace(/\d+$/, `${proxy.port}`))];
    let truth = 1;
    const load = async (): Promise<number> => truth;
    await localHit(one, load);
    // Without tracking, processes receive no eviction: these tags are not found when all tags are removed.
    await redis.admin.unlink(`${prefix}:t:{shop-1}:`, `${prefix}:t:{shop-1}:day`);
    proxy.refuse();
    await until('one process is cut off', () => !other.cache.available);
    truth = 2;
    const namespaces = ['shop-1', ...Array.from({ length: 10_001 }, (_, index) => `namespace-${index}`)];
    // In batches: a local tier whose event loop was blocked for three seconds would not trust its entries.
    while (namespaces.length > 0) {
      await Promise.all(namespaces.splice(0, 250).map((namespace) => other.cache.invalidate(namespace)));
      await new Promise(setImmediate);
    }
    expect((await one.cache.policy('days').get({ ...key, load })).source).toBe('local');
    proxy.accept();
    await until('the invalidation has arrived', async () => {
      return (await one.cache.policy('days').get({ ...key, load })).value === 2;
    });
  });
});
