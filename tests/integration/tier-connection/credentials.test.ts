import {
  type Credentials,
  type CredentialsEvent,
  connect,
  connectCluster,
  createCredentials,
  type Login,
  parseRedisUrl,
  type RedisServer,
} from '@bookedbarber/redis-tier/connection';
import { connectQueue } from '@bookedbarber/redis-tier/jobs';
import {
  type RedisServerProcess,
  startRedisCluster,
  startRedisServer,
  until,
} from '@bookedbarber/redis-tier/testing';
import { Queue, Worker } from 'bullmq';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';

const login = (password: string, username: string | null = null): Login => ({ username, password });
const accept = (server: RedisServerProcess, ...passwords: string[]) =>
  server.admin.call('ACL', 'SETUSER', 'default', 'resetpass', ...passwords.map((text) => `>${text}`));
const closeAll = (server: RedisServerProcess) =>
  server.admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
async function idsOf(server: RedisServerProcess, name: string): Promise<string[]> {
  const list = String(await server.admin.call('CLIENT', 'LIST'));
  const lines = list.split('\n').filter((line) => line.includes(` name=${name} `));
  return lines.map((line) => /\bid=(\d+)/.exec(line)?.[1] ?? '').sort();
}

let server: RedisServerProcess;
let currentLogin: Login;
let reads: number;
/** The time by which credentials measure their intervals; it advances only when a test advances it. */
let nowMs: number;
let events: CredentialsEvent[];
let credentials: Credentials;
let cleanups: (() => unknown)[];

beforeEach(async () => {
  server = await startRedisServer(inject('redisBinary'));
  await accept(server, 'first');
  currentLogin = login('first');
  reads = 0;
  nowMs = 1000;
  events = [];
  cleanups = [];
  credentials = createCredentials({
    first: currentLogin,
    read: async () => {
      reads += 1;
      return currentLogin;
    },
    onEvent: (event) => events.push(event),
    initialBackoffMs: 50,
    maxBackoffMs: 150,
    nowMs: () => nowMs,
  });
});
afterEach(async () => {
  for (const cleanup of cleanups) await cleanup();
  await server.close();
});

function address(): RedisServer {
  return { ...parseRedisUrl(server.url), credentials };
}
/** Closes all connections, and waits until this one has reconnected. */
async function reconnect(redis: {
  status: string;
  on(event: 'close', listener: () => void): unknown;
}): Promise<void> {
  const closed = new Promise<void>((resolve) => redis.on('close', () => resolve()));
  await closeAll(server);
  await closed;
  await until('the connection is open again', () => redis.status === 'ready');
}
async function open(name = 'mine') {
  const redis = connect({ server: address(), name, commandTimeoutMs: 5000 }, () => {});
  cleanups.push(() => redis.disconnect());
  await until('the connection is open', () => redis.status === 'ready');
  return redis;
}

test('applies a new password to open connections without losing a command or a connection', async () => {
  const connections = await Promise.all([open(), open(), open()]);
  const before = await idsOf(server, 'mine');
  let running = true;
  let replies = 0;
  const load = connections.map(async (redis) => {
    for (; running; replies++) await redis.set('key', replies);
  });
  await accept(server, 'first', 'second');
  currentLogin = login('second');
  await credentials.refresh();
  await accept(server, 'second');
  await until('commands are answered after the change', () => replies > 50);
  running = false;
  await Promise.all(load);
  expect(events).toEqual([{ type: 'login-changed', connections: { renewed: 3, reopened: 0, refused: 0 } }]);
  expect(await idsOf(server, 'mine')).toEqual(before);
});

test('new connections and duplicates log in with the current login', async () => {
  const first = await open();
  await accept(server, 'second');
  currentLogin = login('second');
  await credentials.refresh();
  const duplicate = first.duplicate({ connectionName: 'mine:copy' });
  cleanups.push(() => duplicate.disconnect());
  expect(await (await open('other')).ping()).toBe('PONG');
  await accept(server, 'third');
  currentLogin = login('third');
  await credentials.refresh();
  await reconnect(duplicate);
  expect(await duplicate.ping()).toBe('PONG');
});

test('keeps the old password until the server accepts the new one', async () => {
  const redis = await open();
  currentLogin = login('too-early');
  await credentials.refresh();
  expect(events).toEqual([{ type: 'login-not-accepted' }]);
  expect(credentials.current).toEqual(login('first'));
  await reconnect(redis);
  await accept(server, 'first', 'too-early');
  await credentials.refresh();
  expect(credentials.current).toEqual(login('too-early'));
});

test('reads the login again with growing pauses while the server rejects connections', async () => {
  const redis = await open();
  let rejections = 0;
  redis.on('error', () => {
    rejections += 1;
  });
  const rejectedAgain = async (): Promise<void> => {
    const before = rejections;
    await until('the server rejects the connection again', () => rejections > before);
  };
  await accept(server, 'second');
  await closeAll(server);
  await rejectedAgain();
  expect(reads, 'at the first rejection').toBe(1);
  let expected = 1;
  for (const pauseMs of [50, 100, 150, 150]) {
    nowMs += pauseMs - 1;
    await rejectedAgain();
    expect(reads, `less than ${pauseMs} ms later`).toBe(expected);
    nowMs += 1;
    await rejectedAgain();
    expected += 1;
    expect(reads, `${pauseMs} ms later`).toBe(expected);
  }
  expect(events.map(({ type }) => type)).toEqual(['login-rejected']);
  currentLogin = login('second');
  nowMs += 150;
  await until('the connection is open again', () => redis.status === 'ready');
  expect(events.at(-1)).toMatchObject({ type: 'login-changed' });
});

test('keeps the current login when the source is unreadable', async () => {
  const events: CredentialsEvent[] = [];
  const broken = createCredentials({
    first: login('first'),
    read: () => Promise.reject(new Error('the file does not exist')),
    onEvent: (event) => events.push(event),
  });
  await broken.refresh();
  expect(events).toEqual([{ type: 'login-unreadable', reason: 'the file does not exist' }]);
  expect(broken.current).toEqual(login('first'));
});

test('can change the user together with the password', async () => {
  const redis = await open();
  await server.admin.call('ACL', 'SETUSER', 'ann', 'on', '>hers', '~*', '+@all');
  currentLogin = login('hers', 'ann');
  await credentials.refresh();
  expect(await redis.call('ACL', 'WHOAMI')).toBe('ann');
  await reconnect(redis);
  expect(await redis.call('ACL', 'WHOAMI')).toBe('ann');
});

test('reconnects a subscriber with its channels, because it takes no AUTH', async () => {
  const redis = await open();
  const subscriber = redis.duplicate({ protocol: 2, connectionName: 'subscriber' });
  cleanups.push(() => subscriber.disconnect());
  await until('the connection is open', () => subscriber.status === 'ready');
  await subscriber.subscribe('news');
  const before = await idsOf(server, 'subscriber');
  await accept(server, 'second');
  currentLogin = login('second');
  await credentials.refresh();
  expect(events).toEqual([{ type: 'login-changed', connections: { renewed: 1, reopened: 1, refused: 0 } }]);
  let received = '';
  subscriber.on('message', (_channel, text) => (received = text));
  await until(
    'messages arrive again',
    async () => (await redis.publish('news', 'hello')) === 1 && received === 'hello',
  );
  expect(await idsOf(server, 'subscriber')).not.toEqual(before);
});

test('applies a new login to all connections of a queue, including the blocking one, and jobs continue', async () => {
  const { producer, worker: client } = connectQueue(
    { server: address(), name: 'queue', commandTimeoutMs: 5000 },
    () => {},
  );
  await until('the connection is open', () => producer.status === 'ready');
  const done: string[] = [];
  const queue = new Queue('jobs', { connection: producer, prefix: '{j}', skipVersionCheck: true });
  const worker = new Worker('jobs', async (job) => done.push(job.name), {
    connection: client,
    prefix: '{j}',
    drainDelay: 1,
  });
  worker.on('error', () => {});
  cleanups.push(async () => {
    await Promise.all([worker.close(true), queue.close()]);
    for (const redis of [producer, client]) redis.disconnect();
  });
  await queue.add('before', {});
  await until('a job is done', () => done.includes('before'));
  const waits = async () => String(await server.admin.call('CLIENT', 'LIST')).includes(' cmd=bzpopmin ');
  await until('the third connection waits for jobs', waits);
  await accept(server, 'first', 'second');
  currentLogin = login('second');
  await credentials.refresh();
  await accept(server, 'second');
  expect(events).toEqual([{ type: 'login-changed', connections: { renewed: 3, reopened: 0, refused: 0 } }]);
  await queue.add('moved', {});
  await until('a job is done after the change', () => done.includes('moved'));
  await reconnect(producer);
  await queue.add('again', {});
  await until('a job is done on new connections', () => done.includes('again'));
});

test('applies a new login to open connections at most at the interval, and to new ones immediately', async () => {
  const often = createCredentials({
    first: currentLogin,
    read: async () => currentLogin,
    onEvent: (event) => events.push(event),
    reauthenticateEveryMs: 600_000,
    nowMs: () => nowMs,
  });
  credentials = often;
  await open();
  await accept(server, 'first', 'second');
  currentLogin = login('second');
  await often.refresh();
  expect([events, often.current]).toEqual([[], login('second')]);
  await accept(server, 'second', 'third');
  expect(await (await open('other')).ping()).toBe('PONG');
  nowMs += 600_000;
  currentLogin = login('third');
  await often.refresh();
  expect(events).toEqual([{ type: 'login-changed', connections: { renewed: 2, reopened: 0, refused: 0 } }]);
});

describe('in a cluster', () => {
  test('applies a new login to the connections to all nodes, to new ones, and to those of a duplicate', async () => {
    const cluster = await startRedisCluster(inject('redisBinary'), 3);
    cleanups.push(() => cluster.close());
    const everywhere = (...passwords: string[]) =>
      Promise.all(cluster.nodes.map((node) => accept(node, ...passwords)));
    await everywhere('first');
    const [node] = cluster.nodes;
    const redis = connectCluster(
      { server: { ...parseRedisUrl(node?.url ?? ''), credentials }, name: 'mine', commandTimeoutMs: 5000 },
      () => {},
    );
    cleanups.push(() => redis.disconnect());
    const ready = () => redis.nodes('master').filter(({ status }) => status === 'ready').length;
    const write = async () => {
      for (let n = 0; n < 20; n++) await redis.set(`key-${n}`, n);
    };
    await until('the cluster is connected', () => redis.status === 'ready');
    await write();
    const open = ready();
    await everywhere('first', 'second');
    currentLogin = login('second');
    await credentials.refresh();
    await everywhere('second');
    expect(events).toEqual([
      { type: 'login-changed', connections: { renewed: open, reopened: 0, refused: 0 } },
    ]);
    await write();
    await Promise.all(cluster.nodes.map(closeAll));
    await until('the cluster is connected again', async () => {
      try {
        await write();
        return true;
      } catch {
        return false;
      }
    });
    const copy = redis.duplicate();
    copy.on('error', () => {});
    cleanups.push(() => copy.disconnect());
    await until('the duplicate is connected', () => copy.status === 'ready');
    expect(await copy.get('key-1')).toBe('1');
  });
});
