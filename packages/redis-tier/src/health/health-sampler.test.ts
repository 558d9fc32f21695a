import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampleHealth } from './health-sampler.ts';

const own = { hits: 3, lookups: 4 };
const away = {
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
const alive = { ...away, available: true, usedMemoryBytes: 2048, connectedClients: 3 };

/** A connection whose answers to INFO the test gives. What is written into the fleet's hash is read back. */
class FakeRedis extends EventEmitter {
  readonly status = 'ready';
  readonly hashes: Record<string, Record<string, string>> = {};
  asked = 0;
  answer: () => Promise<string> = () => Promise.resolve('used_memory:2048\r\nconnected_clients:3\r\n');
  info(): Promise<string> {
    this.asked += 1;
    return this.answer();
  }
  /** What the processes said of their look-ups. */
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

describe('a report', () => {
  test('says away as soon as the connection is lost', async () => {
    const sampler = sampled();
    await vi.advanceTimersByTimeAsync(1000);
    redis.emit('close');
    expect(sampler.latest()).toEqual(away);
  });

  test('says away before the first sample, and what the server said after it', async () => {
    const sampler = sampled();
    expect(sampler.latest()).toEqual(away);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sampler.latest()).toEqual(alive);
  });

  test('does not wait for the interval once the connection is ready', async () => {
    const sampler = sampled();
    redis.emit('ready');
    await vi.advanceTimersByTimeAsync(0);
    expect(sampler.latest()).toEqual(alive);
  });

  test('says away as soon as the server cannot be asked, and takes it back with the next answer', async () => {
    const sampler = sampled();
    const { answer } = redis;
    await vi.advanceTimersByTimeAsync(1000);
    redis.answer = () => Promise.reject(new Error('Command timed out'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(sampler.latest()).toEqual(away);
    redis.answer = answer;
    await vi.advanceTimersByTimeAsync(1000);
    expect(sampler.latest()).toEqual(alive);
  });

  test('says null for what the server does not say', async () => {
    redis.answer = () => Promise.resolve('# Memory\r\nused_memory:many\r\n');
    const sampler = sampled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(sampler.latest()).toEqual({ ...away, available: true });
  });

  test('costs one question for each interval, however often it is read', async () => {
    const sampler = sampled(500);
    for (let read = 0; read < 100; read += 1) sampler.latest();
    await vi.advanceTimersByTimeAsync(2000);
    expect(redis.asked).toBe(4);
  });
});

test('a stopped sampler asks nothing more and leaves no listener behind', async () => {
  const sampler = sampled();
  sampler.stop();
  redis.emit('ready');
  await vi.advanceTimersByTimeAsync(5000);
  expect(redis.asked).toBe(0);
  expect(redis.listenerCount('ready')).toBe(0);
});

describe('the look-ups of the fleet', () => {
  test('are the sum over the processes that have reported in the last ten seconds', async () => {
    redis.reports['other'] = `${Date.now()} 10 20`;
    redis.reports['gone'] = `${Date.now() - 60_000} 1000 1000`;
    redis.reports['garbled'] = 'not a report';
    const sampler = sampled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(sampler.latest().fleet).toEqual({ hits: 13, lookups: 24, processes: 2 });
  });

  test('forget a process that ended, and one that fell silent a minute ago', async () => {
    redis.reports['silent'] = `${Date.now() - 20_000} 10 20`;
    redis.reports['gone'] = `${Date.now() - 60_000} 1000 1000`;
    redis.reports['garbled'] = 'not a report';
    const sampler = sampled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(sampler.latest().available).toBe(true);
    expect(Object.keys(redis.reports)).toHaveLength(3);
    sampler.stop();
    expect(Object.keys(redis.reports)).toEqual(['silent', 'garbled']);
  });
});

describe('the figures of the fleet', () => {
  const others = () => `${Date.now()} {"loads":40}`;

  test('are those of all that live, and this one tells the others of its own', async () => {
    const sampler = sampled();
    await vi.advanceTimersByTimeAsync(1000);
    redis.hash('bb:hc')['other'] = others();
    expect(await sampler.fleetCounts()).toEqual({ processes: 2, counts: { loads: 42 } });
    expect(Object.values(redis.hash('bb:hc'))).toContain(`${Date.now()} {"loads":2}`);
    sampler.stop();
    expect(Object.keys(redis.hash('bb:hc'))).toEqual(['other']);
  });

  test('are its own alone while the server is away or refuses', async () => {
    const sampler = sampled();
    redis.hash('bb:hc')['other'] = others();
    const own = { processes: 1, counts: { loads: 2 } };
    expect(await sampler.fleetCounts()).toEqual(own);
    await vi.advanceTimersByTimeAsync(1000);
    redis.hgetall = () => Promise.reject(new Error('Command timed out'));
    expect(await sampler.fleetCounts()).toEqual(own);
  });
});
