import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Credentials, type CredentialsEvent, createCredentials } from './credentials.ts';
import type { Login } from './login.ts';

const login = (password: string): Login => ({ username: null, password });

/** A connection whose replies to AUTH are set by the test. */
class FakeRedis extends EventEmitter {
  readonly isCluster = false;
  readonly options: Partial<Login> = {};
  status = 'ready';
  mode = 'normal';
  readonly auths: string[] = [];
  reopened = 0;
  reply: () => Promise<unknown> = async () => 'OK';
  duplicate(): FakeRedis {
    return new FakeRedis();
  }
  auth(password: string): Promise<unknown> {
    this.auths.push(password);
    return this.reply();
  }
  disconnect(): void {
    this.reopened += 1;
  }
}

const refuse = () => Promise.reject(new Error('WRONGPASS invalid username-password pair'));

let current: Login;
let readsAtMs: number[];
let events: CredentialsEvent[];
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  current = login('first');
  readsAtMs = [];
  events = [];
});
afterEach(() => vi.useRealTimers());

const create = (reauthenticateEveryMs = 0) =>
  createCredentials({
    first: current,
    read: async () => {
      readsAtMs.push(Date.now());
      return current;
    },
    onEvent: (event) => events.push(event),
    reauthenticateEveryMs,
  });

function use(credentials: Credentials, more: Partial<FakeRedis> = {}): FakeRedis {
  return credentials.use(Object.assign(new FakeRedis(), more) as unknown as Redis) as unknown as FakeRedis;
}

describe('while the server rejects connections', () => {
  /** Rejects a connection every tenth of a second. */
  async function reject(redis: FakeRedis, forMs: number): Promise<void> {
    for (const endMs = Date.now() + forMs; Date.now() < endMs; await vi.advanceTimersByTimeAsync(100))
      redis.emit('error', new Error('WRONGPASS invalid username-password pair'));
  }

  test('the login is read at once, and then after pauses that double from half a second to half a minute', async () => {
    await reject(use(create()), 150_000);
    const pauses = readsAtMs.map((atMs, i) => atMs - (readsAtMs[i - 1] ?? 0));
    expect(pauses).toEqual([0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(events).toEqual([{ type: 'login-rejected' }]);
  });

  test('the pauses begin again, and the rejection is reported again, after a connection has succeeded', async () => {
    const redis = use(create());
    await reject(redis, 20_000);
    redis.emit('ready');
    await vi.advanceTimersByTimeAsync(60_000);
    readsAtMs.splice(0);
    const beganMs = Date.now();
    await reject(redis, 1600);
    expect(readsAtMs.map((atMs) => atMs - beganMs)).toEqual([0, 500, 1500]);
    expect(events).toEqual([{ type: 'login-rejected' }, { type: 'login-rejected' }]);
  });

  test('other errors of a connection are no rejection', async () => {
    use(create()).emit('error', new Error('connect ECONNREFUSED'));
    await vi.advanceTimersByTimeAsync(0);
    expect(readsAtMs).toEqual([]);
  });
});

describe('a new login', () => {
  test('is tested on one connection; while it is refused no other connection is touched', async () => {
    const credentials = create();
    const [first, second] = [use(credentials, { reply: refuse }), use(credentials)];
    const listener = use(credentials, { mode: 'subscriber' });
    current = login('second');
    await credentials.refresh();
    expect([first.auths, second.auths, listener.reopened]).toEqual([['second'], [], 0]);
    expect(credentials.current).toEqual(login('first'));
    expect(events).toEqual([{ type: 'login-not-accepted' }]);
  });

  test('is used by every open connection, whatever happens to the others', async () => {
    const credentials = create();
    const closed = use(credentials, { reply: () => Promise.reject(new Error('Connection is closed.')) });
    const [first, refused, last] = [use(credentials), use(credentials, { reply: refuse }), use(credentials)];
    const listeners = [1, 2].map(() => use(credentials, { mode: 'subscriber' }));
    const connecting = use(credentials, { status: 'connecting' });
    current = login('second');
    await credentials.refresh();
    for (const redis of [closed, first, refused, last]) expect(redis.auths).toEqual(['second']);
    for (const redis of [closed, ...listeners]) expect(redis.reopened).toBe(1);
    expect(connecting.auths).toEqual([]);
    expect(connecting.options.password).toBe('second');
    expect(events).toEqual([{ type: 'login-changed', connections: { renewed: 2, reopened: 3, refused: 1 } }]);
  });

  test('is waited for a quarter of a minute on a connection that does not reply, which is then reopened', async () => {
    const credentials = create();
    const [silent, other] = [use(credentials, { reply: () => new Promise(() => {}) }), use(credentials)];
    current = login('second');
    const refreshing = credentials.refresh();
    await vi.advanceTimersByTimeAsync(14_999);
    expect([silent.reopened, other.auths]).toEqual([0, []]);
    await vi.advanceTimersByTimeAsync(1);
    await refreshing;
    expect([silent.reopened, other.auths]).toEqual([1, ['second']]);
  });

  test('is used by open connections at most once in the interval, which begins with each use', async () => {
    const credentials = create(60_000);
    const redis = use(credentials);
    const changeAt = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms - Date.now());
      current = login(`${ms}`);
      await credentials.refresh();
      expect(redis.options.password).toBe(`${ms}`);
    };
    for (const ms of [30_000, 59_999, 60_000, 90_000, 119_999, 120_001]) await changeAt(ms);
    expect(redis.auths).toEqual(['60000', '120001']);
  });

  test('is not used by a connection that was closed', async () => {
    const credentials = create();
    const redis = use(credentials);
    redis.emit('close');
    current = login('second');
    await credentials.refresh();
    expect(redis.auths).toEqual([]);
    redis.emit('ready');
    current = login('third');
    await credentials.refresh();
    expect(redis.auths).toEqual(['third']);
  });
});

test('concurrent refreshes share one read, and the next refresh reads again', async () => {
  const credentials = create();
  await Promise.all([credentials.refresh(), credentials.refresh()]);
  expect(readsAtMs).toHaveLength(1);
  await credentials.refresh();
  expect(readsAtMs).toHaveLength(2);
});
