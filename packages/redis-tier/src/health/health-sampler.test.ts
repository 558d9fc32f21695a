import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampleHealth } from './health-sampler.ts';

const own = { hits: 3, lookups: 4 };
const unavailable = {
  available: false,
  usedMemoryBytes: null,
  maxMemoryBytes: null,
  connectedClients: null,
  maxClients: null,
  operationsPerSecond: null,
  evictedKeys: null,
  evictionPolicy: null,
  skewMs: null,
  fleet: { ...own, processes: 1 },
};
const available = { ...unavailable, available: true, usedMemoryBytes: 2048, connectedClients: 3 };

/** A connection with replies to INFO set by the test. Hashes can be written and read back. */
class FakeRedis extends EventEmitter {
  readonly status = 'ready';
  readonly hashes: Record<string, Record<string, string>> = {};
  infoCalls = 0;
  reply: () => Promise<string> = () => Promise.resolve('used_memory:2048\r\nconnected_clients:3\r\n');
  info(): Promise<string> {
    this.infoCalls += 1;
    return this.reply();
  }
  /** Reports of lookups by process. */
  get reports(): Record<string, string> {
    return this.hash('bb:h');
  }
  hash(key: string): Record<string, string> {
    this.hashes[key] ??= {};
    return this.hashes[key];
  }
  async hset(key: string, field: string, value: string): Promise<number> {
    this.hash(key)[field] = value;
    return 1;
  }
  async pexpire(): Promise<number> {
    return 1;
  }
  async hdel(key: string, ...fields: string[]): Promise<number> {
    for (const field of fields) delete this.hash(key)[field];
    return fields.length;
  }
  async hgetall(key: string): Promise<Record<string, string>> {
    return this.hash(key);
  }
}

let redis: FakeRedis;
beforeEach(() => {
  vi.useFakeTimers();
  redis = new FakeRedis();
});
afterEach(() => vi.useRealTimers());

const sampled = (intervalMs = 1000) =>
  sampleHealth({
    redis: redis as unknown as Redis,
    intervalMs,
    clock: { nowMs: () => Date.now() },
    lookups: () => own,
    counts: () => ({ loads: 2 }),
  });

describe('a sample', () => {
  test('reports the server as unavailable as soon as the connection is lost', async () => {
    const sampler = sampled();
    await vi.advanceTimersByTimeAsync(1000);
    redis.emit('close');
    expect(sampler.latest()).toEqual(unavailable);
  });

  test('reports the server as unavailable before the first reply, and its metrics afterwards', async () => {
    const sampler = sampled();
    expect(sampler.latest()).toEqual(unavailable);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sampler.latest()).toEqual(available);
  });

  test('is taken as soon as the connection is ready, without waiting for the interval', async () => {
    const sampler = sampled();
    redis.emit('ready');
    await vi.advanceTimersByTimeAsync(0);
    expect(sampler.latest()).toEqual(available);
  });

  test('reports the server as unavailable after a failed command, and as available after the next reply', async () => {
    const sampler = sampled();
    const { reply } = redis;
    await vi.advanceTimersByTimeAsync(1000);
    redis.reply = () => Promise.reject(new Error('Command timed out'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(sampler.latest()).toEqual(unavailable);
    redis.reply = reply;
    await vi.advanceTimersByTimeAsync(1000);
    expect(sampler.latest()).toEqual(available);
  });

  test('contains null for metrics that the server does not report', async () => {
    redis.reply = () => Promise.resolve('# Memory\r\nused_memory:many\r\n');
    const sampler = sampled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(sampler.latest()).toEqual({ ...unavailable, available: true });
  });

  test('costs one INFO per interval, however often it is read', async () => {
    const sampler = sampled(500);
    for (let interval = 1; interval <= 4; interval += 1) {
      for (let read = 0; read < 100; read += 1) sampler.latest();
      await vi.advanceTimersByTimeAsync(500);
      expect(redis.infoCalls).toBe(interval);
    }
  });
});

test('a stopped sampler sends no command and leaves no listener', async () => {
  const sampler = sampled();
  sampler.stop();
  redis.emit('ready');
  await vi.advanceTimersByTimeAsync(5000);
  expect(redis.infoCalls).toBe(0);
  expect(redis.eventNames()).toEqual([]);
});

describe('the lookups of the fleet', () => {
  test('are the sum over the processes that have reported in the last ten seconds', async () => {
    redis.reports['other'] = `${Date.now()} 10 20`;
    redis.reports['dead'] = `${Date.now() - 60_000} 1000 1000`;
    redis.reports['unreadable'] = 'not a report';
    const sampler = sampled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(sampler.latest().fleet).toEqual({ hits: 13, lookups: 24, processes: 2 });
  });

  test('exclude a process that stopped, and drop reports older than a minute', async () => {
    redis.reports['silent'] = `${Date.now() - 59_000} 10 20`;
    redis.reports['dead'] = `${Date.now() - 60_000} 1000 1000`;
    redis.reports['unreadable'] = 'not a report';
    const sampler = sampled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(sampler.latest().available).toBe(true);
    expect(Object.keys(redis.reports)).toHaveLength(3);
    sampler.stop();
    expect(Object.keys(redis.reports)).toEqual(['silent', 'unreadable']);
  });
});

describe('the counts of the fleet', () => {
  const others = () => `${Date.now()} {"loads":40}`;

  test('are the sum over the live processes, and this process reports its own', async () => {
    const sampler = sampled();
    await vi.advanceTimersByTimeAsync(1000);
    redis.hash('bb:hc')['other'] = others();
    expect(await sampler.fleetCounts()).toEqual({ processes: 2, counts: { loads: 42 } });
    expect(Object.values(redis.hash('bb:hc'))).toContain(`${Date.now()} {"loads":2}`);
    sampler.stop();
    expect(Object.keys(redis.hash('bb:hc'))).toEqual(['other']);
  });

  test('are only those of this process while the server is unavailable or returns errors', async () => {
    const sampler = sampled();
    redis.hash('bb:hc')['other'] = others();
    const own = { processes: 1, counts: { loads: 2 } };
    expect(await sampler.fleetCounts()).toEqual(own);
    await vi.advanceTimersByTimeAsync(1000);
    redis.hgetall = () => Promise.reject(new Error('Command timed out'));
    expect(await sampler.fleetCounts()).toEqual(own);
  });
});
