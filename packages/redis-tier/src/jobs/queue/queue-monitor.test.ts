import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RedisUnavailableError } from '../../core/index.ts';
import { monitorQueue } from './queue-monitor.ts';
import type { QueueServer } from './queue-server-checks.ts';

const memory = 'used_memory:123\r\nmaxmemory:456\r\nmaxmemory_policy:noeviction\r\n';

/** The server: the canary and the replication id that it has. */
let canary: string | null;
let replicationId: string;
let role: string;
let answer: () => Promise<void>;
let losses: string[];
let replicas: number;
let servers: QueueServer[];
let errors: unknown[];
let calls: number;
let monitor: { stop(): void };
beforeEach(() => {
  vi.useFakeTimers();
  canary = null;
  [replicationId, role] = ['one', 'master'];
  answer = async () => {};
  [losses, servers, errors] = [[], [], []];
  replicas = 0;
  calls = 0;
  const client = {
    eval: async (_script: string, _keys: number, _key: string, mine: string) => {
      calls += 1;
      await answer();
      const before = canary;
      canary ??= mine;
      const replication = `role:${role}\r\nmaster_replid:${replicationId}\r\n`;
      return [before, replication, memory, [String(Math.floor(Date.now() / 1000) + 7), '250000']];
    },
  };
  monitor = monitorQueue({
    look: (command) => command(client as unknown as Parameters<typeof command>[0]),
    canaryKey: 'canary',
    everyMs: 1000,
    onLost: (reason) => losses.push(reason),
    onReplica: () => {
      replicas += 1;
    },
    onServer: (server) => servers.push(server),
    onError: (error) => errors.push(error),
  });
});
afterEach(() => {
  monitor.stop();
  vi.useRealTimers();
});

const checks = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

describe('a loss of the queue', () => {
  test('is reported each time that the canary is missing, once', async () => {
    await checks(2);
    expect(losses).toEqual([]);
    for (const count of [1, 2]) {
      canary = null;
      await checks(3);
      expect(losses).toEqual(Array(count).fill('the canary is missing'));
    }
  });

  test('is reported each time that the replication id changes, once', async () => {
    await checks(2);
    for (const [count, id] of [
      [1, 'two'],
      [2, 'one'],
    ] as const) {
      replicationId = id;
      await checks(3);
      expect(losses).toEqual(Array(count).fill('the replication id of the server has changed'));
    }
  });

  test('is noticed by the check after an outage', async () => {
    await checks(1);
    answer = () => Promise.reject(new RedisUnavailableError('cut'));
    await checks(3);
    expect(errors).toEqual([]);
    canary = null;
    answer = async () => {};
    await checks(1);
    expect(losses).toEqual(['the canary is missing']);
  });
});

test('reports the state of the server, and how far its clock is ahead', async () => {
  vi.setSystemTime(1_800_000_000_000 - 1000);
  await checks(1);
  expect(servers).toEqual([{ evictionPolicy: 'noeviction', usedBytes: 123, maxBytes: 456, skewMs: 7250 }]);
});

test('reports a replica at every check', async () => {
  role = 'slave';
  await checks(2);
  expect(replicas).toBe(2);
});

test('reports errors of the server, and goes on', async () => {
  answer = () => Promise.reject(new Error('NOPERM'));
  await checks(2);
  expect(errors).toHaveLength(2);
});

test('does not check again before the last check was answered', async () => {
  let reply: () => void = () => {};
  answer = () => new Promise((resolve) => (reply = resolve));
  await checks(5);
  expect(calls).toBe(1);
  reply();
  await checks(1);
  expect(calls).toBe(2);
});
