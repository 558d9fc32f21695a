import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CacheEvent } from '../events.ts';
import { KeySpace } from '../keys.ts';
import { momentOf } from './moment.ts';
import { InvalidationTracking } from './subscriber.ts';

const replicationId = 'a'.repeat(40);
const server = `r1 ${replicationId}`;
const clock = { nowMs: () => Date.now() };

/** The connection for notifications. It replies after `delayMs`. */
class FakeSubscriber extends EventEmitter {
  status = 'ready';
  delayMs = 0;
  tracks = true;
  pings = 0;
  subscribed: string[] = [];
  reopened = 0;
  async info(section: string): Promise<string> {
    await this.#reply();
    return section === 'server' ? 'run_id:r1\r\n' : `role:master\r\nmaster_replid:${replicationId}\r\n`;
  }
  async unlink(): Promise<number> {
    return 0;
  }
  async client(): Promise<number> {
    return 7;
  }
  async call(): Promise<string> {
    if (!this.tracks) throw Object.assign(new Error('ERR unknown subcommand'), { name: 'ReplyError' });
    return 'OK';
  }
  async subscribe(...channels: string[]): Promise<void> {
    this.subscribed = channels;
  }
  async ping(): Promise<void> {
    this.pings += 1;
    await this.#reply();
  }
  disconnect(): void {
    this.reopened += 1;
  }
  #reply(): Promise<void> {
    const { delayMs } = this;
    return delayMs === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}

let subscriber: FakeSubscriber;
let events: CacheEvent[];
let changed: string[];
let tracking: InvalidationTracking;
beforeEach(() => {
  vi.useFakeTimers();
  subscriber = new FakeSubscriber();
  events = [];
  changed = [];
  tracking = new InvalidationTracking({
    redis: { options: {}, duplicate: () => subscriber } as unknown as Redis,
    keys: new KeySpace('bb'),
    clock,
    probeKey: () => 'probe',
    tracksTags: true,
    server: () => server,
    onWake: (leaseKey) => changed.push(`wake ${leaseKey}`),
    onTag: (tagKey) => changed.push(tagKey),
    onAnything: () => changed.push('anything'),
    onEvent: (event) => events.push(event),
  });
});
afterEach(() => {
  tracking.close();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const isTracking = () => tracking.isTrackingAt(momentOf(clock));
async function begin(): Promise<void> {
  subscriber.emit('ready');
  await pass(subscriber.delayMs);
}

describe('tracking', () => {
  test('is confirmed every second, for three seconds from the request on', async () => {
    await begin();
    expect(isTracking()).toBe(true);
    await pass(5000);
    expect(subscriber.pings).toBe(5);
    expect(isTracking()).toBe(true);
    // The next PING is answered after two seconds, and none after that.
    subscriber.delayMs = 2000;
    await pass(1000);
    subscriber.delayMs = 60_000;
    await pass(2000);
    expect(isTracking()).toBe(true);
    await pass(1000);
    expect(isTracking()).toBe(true);
    await pass(1);
    expect(isTracking()).toBe(false);
    // It is reported when a reply arrives, or the command times out.
    await pass(60_000);
    expect(events).toEqual([
      { type: 'tracking-connected' },
      { type: 'tracking-disconnected', reason: 'no reply for too long' },
    ]);
  });

  test('begins with the request for the role, not with its reply', async () => {
    subscriber.delayMs = 2500;
    await begin();
    subscriber.delayMs = 60_000;
    expect(isTracking()).toBe(true);
    await pass(501);
    expect(isTracking()).toBe(false);
  });

  test('ends with the connection, and begins again with each new one', async () => {
    for (let times = 0; times < 2; times += 1) {
      await begin();
      expect(isTracking()).toBe(true);
      changed.splice(0);
      subscriber.emit('close');
      expect(isTracking()).toBe(false);
      expect(changed).toEqual(['anything']);
    }
  });

  test('is not confirmed by a reply to a PING on an earlier connection', async () => {
    await begin();
    subscriber.delayMs = 1500;
    await pass(1000);
    subscriber.emit('close');
    await pass(1500);
    expect(isTracking()).toBe(false);
  });
});

describe('messages', () => {
  const receive = (channel: string, message: unknown) =>
    subscriber.emit('messageBuffer', Buffer.from(channel), message);

  test('of the server name every changed tag; without names, anything may have changed', async () => {
    await begin();
    changed.splice(0);
    receive('__redis__:invalidate', [Buffer.from('one'), Buffer.from('two')]);
    receive('__redis__:invalidate', null);
    receive('bb:w', Buffer.from('lease'));
    receive('other', Buffer.from('["x"]'));
    expect(changed).toEqual(['one', 'two', 'anything', 'wake lease']);
    expect(subscriber.subscribed).toEqual(['bb:w', '__redis__:invalidate']);
  });

  test('of other processes do the same where the server refuses tracking', async () => {
    subscriber.tracks = false;
    await begin();
    changed.splice(0);
    receive('bb:i', Buffer.from('["one","two"]'));
    receive('bb:i', Buffer.from('null'));
    receive('bb:i', Buffer.from('unreadable'));
    expect(changed).toEqual(['one', 'two', 'anything', 'anything']);
    expect(subscriber.subscribed).toEqual(['bb:w', 'bb:i']);
    expect(isTracking()).toBe(true);
  });
});
