import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampleHealth } from './health-sampler.ts';

const own = { hits: 3, lookUps: 4 };
const away = {
  available: false,
  usedMemoryBytes: null,
  maxMemoryBytes: null,
  connectedClients: null,
  evictedKeys: null,
  evictionPolicy: null,
  fleet: { ...own, processes: 1 },
};
const alive = { ...away, available: true, usedMemoryBytes: 2048, connectedClients: 3 };

/** A connection whose answers to INFO the test gives. What is written into the fleet's hash is read back. */
class FakeRedis extends EventEmitter {
  readonly status = 'ready';
  readonly reports: Record<string, string> = {};
  asked = 0;
  answer: () => Promise<string> = () => Promise.resolve('used_memory:2048\r\nconnected_clients:3\r\n');
  info(): Promise<string> {
    this.asked += 1;
    return this.answer();
  }
  async hset(_key: string, field: string, value: string): Promise<number> {
    this.reports[field] = value;
    return 1;
  }
  async pexpire(): Promise<number> {
    return 1;
  }
  async hdel(_key: string, ...fields: string[]): Promise<number> {
    for (const field of fields) delete this.reports[field];
    return fields.length;
  }
  async hgetall(): Promise<Record<string, string>> {
    return this.reports;
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
    lookUps: () => own,
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
    expect(sampler.latest().fleet).toEqual({ hits: 13, lookUps: 24, processes: 2 });
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
