import {
  type Credentials,
  type CredentialsEvent,
  connect,
  connectCluster,
  createCredentials,
  type Login,
  type RedisServer,
  serverOf,
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
let held: Login;
let asked: number;
let events: CredentialsEvent[];
let credentials: Credentials;
let ends: (() => unknown)[];

beforeEach(async () => {
  server = await startRedisServer(inject('redisBinary'));
  await accept(server, 'first');
  held = login('first');
  asked = 0;
  events = [];
  ends = [];
  credentials = createCredentials({
    first: held,
    read: async () => {
      asked += 1;
      return held;
    },
    onEvent: (event) => events.push(event),
    initialBackoffMs: 50,
  });
});
afterEach(async () => {
  for (const end of ends) await end();
  await server.close();
});

function address(): RedisServer {
  return { ...serverOf(server.url), credentials };
}
/** Closes all connections, and waits until this one was opened again. */
async function openAgain(redis: {
  status: string;
  on(event: 'close', listener: () => void): unknown;
}): Promise<void> {
  const closed = new Promise<void>((resolve) => redis.on('close', () => resolve()));
  await closeAll(server);
  await closed;
  await until('it is connected again', () => redis.status === 'ready');
}
async function open(name = 'mine') {
  const redis = connect({ server: address(), name, commandTimeoutMs: 5000 }, () => {});
  ends.push(() => redis.disconnect());
  await until('it is connected', () => redis.status === 'ready');
  return redis;
}

test('another password is in force on open connections without a command lost, and they stay open', async () => {
  const connections = await Promise.all([open(), open(), open()]);
  const before = await idsOf(server, 'mine');
  let asking = true;
  let answered = 0;
  const load = connections.map(async (redis) => {
    for (; asking; answered++) await redis.set('key', answered);
  });
  await accept(server, 'first', 'second');
  held = login('second');
  await credentials.refresh();
  await accept(server, 'second');
  await until('commands were answered after the change', () => answered > 50);
  asking = false;
  await Promise.all(load);
  expect(events).toEqual([{ type: 'login-changed', connections: { renewed: 3, reopened: 0, refused: 0 } }]);
  expect(await idsOf(server, 'mine')).toEqual(before);
});

test('those opened later, and duplicates, log in with what holds then', async () => {
  const first = await open();
  await accept(server, 'second');
  held = login('second');
  await credentials.refresh();
  const duplicate = first.duplicate({ connectionName: 'mine:copy' });
  ends.push(() => duplicate.disconnect());
  expect(await (await open('other')).ping()).toBe('PONG');
  await accept(server, 'third');
  held = login('third');
  await credentials.refresh();
  await openAgain(duplicate);
  expect(await duplicate.ping()).toBe('PONG');
});

test('a password that the server does not take yet changes nothing, and is tried again', async () => {
  const redis = await open();
  held = login('too-early');
  await credentials.refresh();
  expect(events).toEqual([{ type: 'login-not-accepted' }]);
  expect(credentials.current).toEqual(login('first'));
  await openAgain(redis);
  await accept(server, 'first', 'too-early');
  await credentials.refresh();
  expect(credentials.current).toEqual(login('too-early'));
});

test('who is refused when connecting asks what holds now, with pauses that grow, until it is let in', async () => {
  const redis = await open();
  await accept(server, 'second');
  await closeAll(server);
  await until('it has asked more than once', () => asked >= 2);
  expect(events.map(({ type }) => type)).toEqual(['login-rejected']);
  held = login('second');
  await until('it is back', () => redis.status === 'ready');
  expect(asked).toBeLessThan(10);
  expect(events.at(-1)).toMatchObject({ type: 'login-changed' });
});

test('a source that does not answer leaves the login in force', async () => {
  const events: CredentialsEvent[] = [];
  const broken = createCredentials({
    first: login('first'),
    read: () => Promise.reject(new Error('the file is not there')),
    onEvent: (event) => events.push(event),
  });
  await broken.refresh();
  expect(events).toEqual([{ type: 'login-unreadable', reason: 'the file is not there' }]);
  expect(broken.current).toEqual(login('first'));
});

test('a user may change with the password', async () => {
  const redis = await open();
  await server.admin.call('ACL', 'SETUSER', 'ann', 'on', '>hers', '~*', '+@all');
  held = login('hers', 'ann');
  await credentials.refresh();
  expect(await redis.call('ACL', 'WHOAMI')).toBe('ann');
  await openAgain(redis);
  expect(await redis.call('ACL', 'WHOAMI')).toBe('ann');
});

test('a connection that only listens opens anew with its channels, since it takes no AUTH', async () => {
  const redis = await open();
  const listeners = redis.duplicate({ protocol: 2, connectionName: 'listeners' });
  ends.push(() => listeners.disconnect());
  await until('it is connected', () => listeners.status === 'ready');
  await listeners.subscribe('news');
  const before = await idsOf(server, 'listeners');
  await accept(server, 'second');
  held = login('second');
  await credentials.refresh();
  expect(events).toEqual([{ type: 'login-changed', connections: { renewed: 1, reopened: 1, refused: 0 } }]);
  let heard = '';
  listeners.on('message', (_channel, text) => (heard = text));
  await until(
    'it hears again',
    async () => (await redis.publish('news', 'hello')) === 1 && heard === 'hello',
  );
  expect(await idsOf(server, 'listeners')).not.toEqual(before);
});

test('the connections of a queue move with it, also the one that waits for jobs, and jobs go on', async () => {
  const { producer: bell, worker: client } = connectQueue(
    { server: address(), name: 'queue', commandTimeoutMs: 5000 },
    () => {},
  );
  await until('it is connected', () => bell.status === 'ready');
  const done: string[] = [];
  const queue = new Queue('jobs', { connection: bell, prefix: '{j}', skipVersionCheck: true });
  const worker = new Worker('jobs', async (job) => done.push(job.name), {
    connection: client,
    prefix: '{j}',
    drainDelay: 1,
  });
  worker.on('error', () => {});
  ends.push(async () => {
    await Promise.all([worker.close(true), queue.close()]);
    for (const redis of [bell, client]) redis.disconnect();
  });
  await queue.add('before', {});
  await until('a job was done', () => done.includes('before'));
  const waits = async () => String(await server.admin.call('CLIENT', 'LIST')).includes(' cmd=bzpopmin ');
  await until('the third connection waits for jobs', waits);
  await accept(server, 'first', 'second');
  held = login('second');
  await credentials.refresh();
  await accept(server, 'second');
  expect(events).toEqual([{ type: 'login-changed', connections: { renewed: 3, reopened: 0, refused: 0 } }]);
  await queue.add('moved', {});
  await until('a job was done after the change', () => done.includes('moved'));
  await openAgain(bell);
  await queue.add('again', {});
  await until('a job was done on new connections', () => done.includes('again'));
});

test('where logins change often, open connections are told only now and then, and those to come use the newest', async () => {
  const often = createCredentials({
    first: held,
    read: async () => held,
    onEvent: (event) => events.push(event),
    reauthenticateEveryMs: 600_000,
  });
  credentials = often;
  await open();
  await accept(server, 'first', 'second');
  held = login('second');
  await often.refresh();
  expect([events, often.current]).toEqual([[], login('second')]);
  await accept(server, 'second');
  expect(await (await open('other')).ping()).toBe('PONG');
});

describe('in a cluster', () => {
  test('the connections to all nodes move, those to come log in anew, and a copy of the client does too', async () => {
    const cluster = await startRedisCluster(inject('redisBinary'), 3);
    ends.push(() => cluster.close());
    const everywhere = (...passwords: string[]) =>
      Promise.all(cluster.nodes.map((node) => accept(node, ...passwords)));
    await everywhere('first');
    const [node] = cluster.nodes;
    const redis = connectCluster(
      { server: { ...serverOf(node?.url ?? ''), credentials }, name: 'mine', commandTimeoutMs: 5000 },
      () => {},
    );
    ends.push(() => redis.disconnect());
    const ready = () => redis.nodes('master').filter(({ status }) => status === 'ready').length;
    const write = async () => {
      for (let n = 0; n < 20; n++) await redis.set(`key-${n}`, n);
    };
    await until('the cluster is there', () => redis.status === 'ready');
    await write();
    const open = ready();
    await everywhere('first', 'second');
    held = login('second');
    await credentials.refresh();
    await everywhere('second');
    expect(events).toEqual([{ type: 'login-changed', connections: { renewed: open, reopened: 0, refused: 0 } }]);
    await write();
    await Promise.all(cluster.nodes.map(closeAll));
    await until('the cluster is back', async () => {
      try {
        await write();
        return true;
      } catch {
        return false;
      }
    });
    const copy = redis.duplicate();
    copy.on('error', () => {});
    ends.push(() => copy.disconnect());
    await until('the copy is there', () => copy.status === 'ready');
    expect(await copy.get('key-1')).toBe('1');
  });
});
