import { EventEmitter } from 'node:events';
import type { Cluster } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { slotOf } from '../../connection/internal.ts';
import { createStatistics } from '../statistics.ts';
import { toWindows } from '../windows.ts';
import { type Primaries, primariesOf } from './primaries.ts';

const windows = toWindows({ perMinute: 60 });
const slots = 16_384;

/** A cluster of two or three primaries that own equal parts of the slots. */
class FakeCluster extends EventEmitter {
  readonly isCluster = true;
  readonly options = {};
  slots: string[][] = [];
  owners: string[] = [];
  refreshes = 0;
  /** The limiter's connections, by node. */
  readonly connections = new Map<string, EventEmitter & { status: string }>();
  nodes() {
    return this.owners.map((owner) => {
      const [host, port] = owner.split(':');
      const connection = Object.assign(new EventEmitter(), {
        status: 'ready',
        disconnect: () => {},
        ping: async () => 'PONG',
        callBuffer: () => new Promise(() => {}),
      });
      return {
        options: { host, port: Number(port) },
        duplicate: () => {
          this.connections.set(owner, connection);
          return connection;
        },
      };
    });
  }
  refreshSlotsCache(): void {
    this.refreshes += 1;
  }
  own(...owners: string[]): void {
    this.owners = owners;
    const part = Math.ceil(slots / owners.length);
    this.slots = Array.from({ length: slots }, (_, slot) => [owners[Math.floor(slot / part)] ?? '']);
    this.emit('refresh');
  }
}

let cluster: FakeCluster;
let primaries: Primaries;
beforeEach(() => {
  vi.useFakeTimers();
  cluster = new FakeCluster();
  primaries = primariesOf(cluster as unknown as Cluster, {
    endpointCheckMs: 10_000,
    deadlineMs: 100,
    nowMs: () => Date.now(),
    maxKeys: 100,
    statistics: createStatistics(),
    onChange: () => {},
    onError: undefined,
  });
});
afterEach(() => {
  primaries.close();
  vi.useRealTimers();
});

const tags = Array.from({ length: 12 }, (_, number) => `tag${number}`);
const add = (slot: string) => {
  const consumption = { redisKey: slot, slot, windows, cost: 1, atMs: 0 };
  primaries.of(slot).pendingConsumption.add(consumption, false);
};
const taken = (slot: string) =>
  primaries
    .of(slot)
    .pendingConsumption.take()
    .map(({ redisKey }) => redisKey);
const inHalf = (half: number) => tags.filter((tag) => Math.floor(slotOf(tag) / (slots / 2)) === half);

test('each slot has the primary that owns it', () => {
  cluster.own('a:1', 'b:2');
  expect(primaries.all()).toHaveLength(2);
  for (const tag of tags) expect(primaries.of(tag)).toBe(primaries.all()[inHalf(0).includes(tag) ? 0 : 1]);
});

describe('admissions that were not reported', () => {
  test('go to the new owners of their slots when a primary is removed, the oldest first', () => {
    cluster.own('a:1', 'b:2');
    for (const tag of tags) add(tag);
    expect(Math.min(inHalf(0).length, inHalf(1).length)).toBeGreaterThan(1);
    cluster.own('c:3', 'b:2');
    expect(taken(inHalf(0)[0] ?? '')).toEqual(inHalf(0));
    expect(taken(inHalf(1)[0] ?? '')).toEqual(inHalf(1));
  });

  test('wait for the owners of their slots while there are none', () => {
    for (const tag of tags) add(tag);
    expect(primaries.of('x').usable).toBe(false);
    cluster.own('a:1', 'b:2');
    expect(taken(inHalf(0)[0] ?? '')).toEqual(inHalf(0));
    expect(taken(inHalf(1)[0] ?? '')).toEqual(inHalf(1));
  });
});

describe('the slot map', () => {
  test('is refreshed every half second while any primary is unavailable, and not otherwise', async () => {
    cluster.own('a:1', 'b:2');
    cluster.refreshes = 0;
    await vi.advanceTimersByTimeAsync(5000);
    expect(cluster.refreshes).toBe(0);
    const second = cluster.connections.get('b:2');
    if (second === undefined) throw new Error('no connection');
    second.status = 'end';
    second.emit('close');
    expect(cluster.refreshes).toBe(1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(cluster.refreshes).toBe(11);
    second.status = 'ready';
    second.emit('ready');
    await vi.advanceTimersByTimeAsync(0);
    cluster.refreshes = 0;
    await vi.advanceTimersByTimeAsync(5000);
    expect(cluster.refreshes).toBe(0);
  });

  test('is refreshed while no primary is known', async () => {
    await vi.advanceTimersByTimeAsync(2000);
    expect(cluster.refreshes).toBe(4);
  });
});
