import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampleHealth } from './health-sampler.ts';

const away = { available: false, usedMemoryBytes: null, connectedClients: null };
const alive = { available: true, usedMemoryBytes: 2048, connectedClients: 3 };

/** A connection whose answers to INFO the test gives. */
class FakeRedis extends EventEmitter {
  asked = 0;
  answer: () => Promise<string> = () => Promise.resolve('used_memory:2048\r\nconnected_clients:3\r\n');
  info(): Promise<string> {
    this.asked += 1;
    return this.answer();
  }
}

let redis: FakeRedis;
beforeEach(() => {
  vi.useFakeTimers();
  redis = new FakeRedis();
});
afterEach(() => vi.useRealTimers());

const sampled = (intervalMs = 1000) =>
  sampleHealth(redis as unknown as Parameters<typeof sampleHealth>[0], intervalMs);

describe('a report', () => {
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
    expect(sampler.latest()).toEqual({ available: true, usedMemoryBytes: null, connectedClients: null });
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
