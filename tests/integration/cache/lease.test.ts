import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { KeySpace } from '../../../packages/redis-tier/src/cache/keys.ts';
import { acquire } from '../../../packages/redis-tier/src/cache/load/acquire-script.ts';
import { type PolicyOptions, resolvePolicy } from '../../../packages/redis-tier/src/cache/policy-options.ts';
import { readTimes } from '../../../packages/redis-tier/src/cache/read/entry-codec.ts';
import { type OpenedCache, openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';
import { signal } from '../../support/redis-tier/signal.ts';

/** Longer than any test, so that only the times under test end. */
const longMs = 60_000;
const policies = {
  days: { ttlMs: longMs, leaseMs: longMs, leaseWaitMs: longMs, errorTtlMs: longMs },
  renewing: { ttlMs: longMs, leaseMs: 3000, leaseWaitMs: longMs },
  hasty: { ttlMs: longMs, leaseMs: longMs, leaseWaitMs: 100 },
} satisfies Record<string, PolicyOptions>;
const key = { namespace: 'shop-1', key: 'a', tags: ['day'] };

describe('a lease', () => {
  let prefix: string;
  let one: OpenedCache<keyof typeof policies>;
  let other: OpenedCache<keyof typeof policies>;
  beforeEach(async () => {
    prefix = ownPrefix();
    one = await openCache(inject('redisUrl'), { prefix, policies });
    other = await openCache(inject('redisUrl'), { prefix, policies });
  });
  afterEach(async () => {
    await one.end();
    await other.end();
  });
  const serverMs = async (): Promise<number> => {
    const [seconds, microseconds] = await one.redis.time();
    return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
  };
  const leaseKey = (policy: string): string => `${prefix}:l:{shop-1}:${policy}:1:a`;

  /** Begins a load that runs until the test ends it. */
  async function beginLoad(
    policy: keyof typeof policies,
  ): Promise<{ end(value: string): void; value: Promise<string> }> {
    const started = signal();
    const loaded = signal<string>();
    const value = one.cache.policy(policy).get({
      ...key,
      load: () => {
        started.give();
        return loaded.given;
      },
    });
    await started.given;
    return { end: loaded.give, value: value.then((result) => result.value) };
  }

  test('is renewed during the load, and the store wakes processes that wait', async () => {
    const slow = await beginLoad('renewing');
    const load = vi.fn(async () => 'from other');
    const waiting = other.cache.policy('renewing').get({ ...key, load });
    await until(
      'the lease shows that a process waits',
      async () => (await one.redis.strlen(leaseKey('renewing'))) === 17,
    );
    let leftMs = Number.POSITIVE_INFINITY;
    await until('the TTL of the lease has grown', async () => {
      const beforeMs = leftMs;
      leftMs = await one.redis.pttl(leaseKey('renewing'));
      return leftMs > beforeMs;
    });
    expect(load).not.toHaveBeenCalled();
    slow.end('from one');
    expect(await waiting).toMatchObject({ value: 'from one', source: 'remote' });
    expect(load).not.toHaveBeenCalled();
    expect(await slow.value).toBe('from one');
  });

  test('that is requested again with the same token is granted again', async () => {
    const names = new KeySpace(prefix).entry(resolvePolicy('days', policies.days), {
      namespace: 'shop-1',
      key: 'a',
    });
    const entries = [{ names, token: Buffer.alloc(16, 7), seenLoadedAtMs: 0 }];
    const version = Buffer.alloc(16, 8);
    const request = {
      leaseMs: longMs,
      replicationId: version.subarray(0, 6),
      version,
      needMs: 1000,
      waits: false,
    };
    const granted = [{ outcome: 'granted', versions: [version] }];
    expect((await acquire(one.redis, { ...request, entries })).acquired).toEqual(granted);
    expect((await acquire(one.redis, { ...request, entries })).acquired).toEqual(granted);
    const others = entries.map((entry) => ({ ...entry, token: Buffer.alloc(16, 9) }));
    expect((await acquire(one.redis, { ...request, entries: others })).acquired).toEqual([
      { outcome: 'held' },
    ]);
  });

  test('is granted with new versions for tags of another replication id', async () => {
    const names = new KeySpace(prefix).entry(resolvePolicy('days', policies.days), {
      namespace: 'shop-1',
      key: 'a',
    });
    const acquireOnce = (version: Buffer, token: number) =>
      acquire(one.redis, {
        leaseMs: 1,
        replicationId: version.subarray(0, 6),
        version,
        needMs: 60_000,
        waits: false,
        entries: [{ names, token: Buffer.alloc(16, token), seenLoadedAtMs: 0 }],
      });
    const [old, present] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)];
    await acquireOnce(old, 3);
    await until('the lease has expired', async () => (await one.redis.exists(names.leaseKey)) === 0);
    expect((await acquireOnce(present, 4)).acquired).toEqual([{ outcome: 'granted', versions: [present] }]);
  });

  test('sets the start of freshness, however long the load takes', async () => {
    const slow = await beginLoad('days');
    const begunMs = await serverMs();
    await until('the load has taken 100 ms', async () => (await serverMs()) > begunMs + 100);
    slow.end('loaded');
    await slow.value;
    await until('the value is stored', () => one.cache.statistics().total.bytesStored > 0);
    const result = await other.cache.policy('days').get({ ...key, load: async () => 'loaded again' });
    expect(result).toMatchObject({ value: 'loaded', source: 'remote' });
    const entry = await one.redis.getBuffer(`${prefix}:c:{shop-1}:days:1:a`);
    expect(entry && readTimes(entry).loadedAtMs).toBeLessThanOrEqual(begunMs);
  });

  test('of a dead process expires, and a waiting process takes over', async () => {
    await one.redis.set(leaseKey('days'), Buffer.alloc(16, 1), 'PX', 300);
    const result = await other.cache.policy('days').get({ ...key, load: async () => 'taken over' });
    expect(result).toMatchObject({ value: 'taken over', source: 'miss' });
    await until('the value is stored', () => other.cache.statistics().total.bytesStored > 0);
  });

  test('that is not released in time makes the caller load without storing', async () => {
    await one.redis.set(leaseKey('hasty'), Buffer.alloc(16, 1), 'PX', longMs);
    const result = await other.cache.policy('hasty').get({ ...key, load: async () => 'own' });
    expect(result).toMatchObject({ value: 'own', source: 'miss' });
    expect(await one.redis.exists(`${prefix}:c:{shop-1}:hasty:1:a`)).toBe(0);
    expect(await one.redis.getBuffer(leaseKey('hasty'))).toHaveLength(17);
  });

  test('that was lost prevents its load from being stored', async () => {
    const slow = await beginLoad('days');
    await one.redis.set(leaseKey('days'), Buffer.alloc(16, 2), 'PX', longMs);
    slow.end('too late');
    expect(await slow.value).toBe('too late');
    await one.redis.ping();
    expect(await one.redis.exists(`${prefix}:c:{shop-1}:days:1:a`)).toBe(0);
    expect(await one.redis.getBuffer(leaseKey('days'))).toEqual(Buffer.alloc(16, 2));
  });

  test('of a failed load shows the failure to other processes, which do not wait for it', async () => {
    await expect(
      one.cache.policy('days').get({
        ...key,
        load: async () => {
          throw new Error('database');
        },
      }),
    ).rejects.toThrow('database');
    await until('the failure mark is set', async () => (await one.redis.get(leaseKey('days'))) === 'F');
    const result = await other.cache.policy('days').get({ ...key, load: async () => 'works here' });
    expect(result.value).toBe('works here');
    expect(other.cache.statistics().total.leaseWaits).toBe(0);
    expect(await one.redis.get(leaseKey('days'))).toBe('F');
  });

  test('wakes waiting processes by one message when it is released, and sends none when no process waits', async () => {
    const received: string[] = [];
    const listener = one.redis.duplicate({ enableOfflineQueue: true });
    await listener.subscribe(`${prefix}:w`);
    listener.on('message', (_, message) => received.push(message));
    await one.cache.policy('days').get({ namespace: 'shop-1', key: 'quiet', load: async () => 'x' });
    const slow = await beginLoad('days');
    const waiting = other.cache.policy('days').get({ ...key, load: async () => 'from other' });
    await until(
      'the lease shows that a process waits',
      async () => (await one.redis.strlen(leaseKey('days'))) === 17,
    );
    slow.end('from one');
    expect((await waiting).value).toBe('from one');
    await one.redis.publish(`${prefix}:w`, 'the end');
    await until('the last message has arrived', () => received.includes('the end'));
    expect(received).toEqual([leaseKey('days'), 'the end']);
    listener.disconnect();
  });

  test('is not granted when a fresh entry was stored between the read and the request', async () => {
    await until('the entry is in Redis', async () => {
      return (await one.cache.policy('days').get({ ...key, load: async () => 'stored' })).source === 'remote';
    });
    vi.spyOn(other.redis, 'mgetBuffer').mockResolvedValueOnce([null, null, null]);
    const load = vi.fn(async () => 'loaded again');
    const result = await other.cache.policy('days').get({ ...key, load });
    expect(result).toMatchObject({ source: 'remote', value: 'stored' });
    expect(load).not.toHaveBeenCalled();
  });
});
