import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CacheEvent } from '../events.ts';
import { PrimaryConnection } from './primary-connection.ts';

const serverAheadMs = 3_600_000;

/** A server that replies after `delayMs`; its clock is an hour ahead. */
class FakeServer extends EventEmitter {
  status = 'ready';
  delayMs = 0;
  role = 'master';
  replicationId = 'a'.repeat(40);
  checks = 0;
  async info(section: string): Promise<string> {
    if (section !== 'replication') return 'run_id:r1\r\n';
    this.checks += 1;
    const { role, replicationId } = this;
    await this.#reply();
    return `role:${role}\r\nmaster_replid:${replicationId}\r\n`;
  }
  async unlink(): Promise<number> {
    return 0;
  }
  async time(): Promise<[string, string]> {
    const nowMs = Date.now() + serverAheadMs;
    await this.#reply();
    return [String(Math.floor(nowMs / 1000)), String((nowMs % 1000) * 1000)];
  }
  async ping(): Promise<string> {
    return 'PONG';
  }
  disconnections = 0;
  disconnect(): void {
    this.disconnections += 1;
  }
  reconnect(): void {
    this.emit('close');
    this.emit('ready');
  }
  #reply(): Promise<void> {
    const { delayMs } = this;
    return delayMs === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}

let server: FakeServer;
let events: CacheEvent[];
/** Whether invalidations were applied again, for each use that began. */
let uses: boolean[];
let beforeUse: () => Promise<void>;
let connection: PrimaryConnection;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  events = [];
  uses = [];
  beforeUse = async () => {};
  open();
});
afterEach(() => {
  connection.close();
  vi.useRealTimers();
});

function open(): void {
  connection = new PrimaryConnection({
    redis: server as unknown as Redis,
    clock: { nowMs: () => Date.now() },
    entryClock: null,
    endpointCheckMs: 10_000,
    deadlineMs: 60_000,
    probeKey: () => 'probe',
    onEvent: (event) => events.push(event),
    beforeUse: (again) => {
      uses.push(again);
      return beforeUse();
    },
    onChange: () => {},
  });
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const isUsed = () => connection.replicationId !== null;

describe('the time of the server', () => {
  test.each([0, 400])('is never estimated too early when its reply takes %i ms', async (delayMs) => {
    await pass(0);
    server.delayMs = delayMs;
    await pass(1000);
    await pass(delayMs);
    expect(Math.round(connection.redisNowMs - Date.now())).toBe(serverAheadMs);
    expect(Math.round(connection.toLocalMs(Date.now() + serverAheadMs) - Date.now())).toBe(0);
  });

  test('counts from the time when a command was sent', async () => {
    await pass(0);
    const sentAtMs = performance.now();
    await pass(300);
    expect(connection.observeRedisTime(5000, sentAtMs)).toBe(5000);
    expect(connection.redisNowMs).toBe(5300);
    expect(connection.redisMsAt({ steadyMs: performance.now() + 1, wallMs: 0 })).toBe(5301);
  });
});

describe('the role of the node', () => {
  test('is read before the first use, and then every second', async () => {
    connection.close();
    server.checks = 0;
    open();
    expect(isUsed()).toBe(false);
    await pass(0);
    expect(isUsed()).toBe(true);
    for (const checks of [2, 3, 4]) {
      await pass(1000);
      expect(server.checks).toBe(checks);
    }
  });

  test('is trusted for three seconds after it was asked for, not after the reply', async () => {
    server.delayMs = 2500;
    connection.close();
    open();
    await pass(2500);
    expect(isUsed()).toBe(true);
    server.delayMs = 50_000;
    await pass(500);
    expect(isUsed()).toBe(true);
    await pass(1);
    expect(isUsed()).toBe(false);
  });

  test('is not trusted after a sleep of the machine, and is read at once', async () => {
    await pass(0);
    vi.setSystemTime(Date.now() + 3001);
    expect(isUsed()).toBe(false);
    await pass(0);
    expect(server.checks).toBe(2);
    expect(isUsed()).toBe(true);
  });

  test('that is no longer that of a primary ends the use, is reported once, and closes the connection', async () => {
    await pass(0);
    expect(server.disconnections).toBe(0);
    server.role = 'slave';
    await pass(3000);
    expect(isUsed()).toBe(false);
    expect(server.disconnections).toBeGreaterThan(1);
    server.role = 'master';
    await pass(1000);
    expect(isUsed()).toBe(true);
    expect(events.map(({ type }) => type)).toEqual(['up', 'down', 'up']);
  });

  test('in a reply on an earlier connection is ignored', async () => {
    await pass(0);
    server.delayMs = 300;
    await pass(1000);
    server.reconnect();
    server.role = 'slave';
    server.delayMs = 0;
    await pass(300);
    expect(isUsed()).toBe(false);
    expect(uses).toEqual([true]);
  });
});

describe('recent invalidations', () => {
  test('are applied again at the first use and for each new replication id, not after a mere reconnection', async () => {
    await pass(0);
    server.reconnect();
    await pass(0);
    for (const id of ['b', 'c']) {
      server.replicationId = id.repeat(40);
      await pass(1000);
      server.reconnect();
      await pass(0);
    }
    expect(uses).toEqual([true, false, true, false, true, false]);
  });

  test('are applied again until that has succeeded, and until then the node is not used', async () => {
    await pass(0);
    server.replicationId = 'b'.repeat(40);
    beforeUse = () => Promise.reject(new Error('ERR'));
    await pass(2000);
    expect(isUsed()).toBe(false);
    server.reconnect();
    await pass(0);
    beforeUse = async () => {};
    await pass(1000);
    expect(isUsed()).toBe(true);
    expect(uses).toEqual([true, true, true, true, true]);
  });

  test('are applied again after a failure when namespaces have moved to the node', async () => {
    await pass(0);
    beforeUse = () => Promise.reject(new Error('ERR'));
    connection.reapplyInvalidations();
    await pass(1000);
    beforeUse = async () => {};
    await pass(1000);
    expect(isUsed()).toBe(true);
    expect(uses).toEqual([true, true, true, true]);
  });

  test('are applied again when namespaces have moved to the node, even while it begins to be used', async () => {
    await pass(0);
    connection.reapplyInvalidations();
    expect(isUsed()).toBe(false);
    await pass(0);
    expect(uses).toEqual([true, true]);
    beforeUse = async () => {
      beforeUse = async () => {};
      connection.reapplyInvalidations();
    };
    server.reconnect();
    await pass(0);
    expect(isUsed()).toBe(false);
    await pass(1000);
    expect(isUsed()).toBe(true);
    expect(uses).toEqual([true, true, false, true]);
  });
});
