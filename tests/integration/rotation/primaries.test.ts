/** The connections of a rotation to the primaries of a group: which ones, and what is sent to them. */
import { syncBuiltinESMExports } from 'node:module';
import tls from 'node:tls';
import { awsGroup, type ReplicationGroups } from '@bookedbarber/redis-login/rotation';
import { afterEach, describe, expect, test } from 'vitest';
import { createAuthority } from '../../support/certificates.ts';
import {
  type NodeScript,
  type ScriptedNode,
  slotsReply,
  startScriptedNode,
} from '../../support/rotation/scripted-node.ts';

const password = 'The-password-of-the-group';
const pong = '+PONG\r\n';
const authority = createAuthority('Test authority');
const certificate = authority.issue({ hosts: ['127.0.0.1'] });
const connectTls = tls.connect;

let nodes: ScriptedNode[] = [];
afterEach(async () => {
  tls.connect = connectTls;
  syncBuiltinESMExports();
  await Promise.all(nodes.map((node) => node.close()));
  nodes = [];
});

async function start(script: Partial<NodeScript> = {}): Promise<ScriptedNode> {
  const node = await startScriptedNode({ password, reply: pong, ...script });
  nodes.push(node);
  return node;
}

/** Trusts the test authority in addition to the system's. */
function trustTestAuthority(): void {
  tls.connect = ((options: tls.ConnectionOptions) =>
    connectTls({ ...options, ca: authority.certificate })) as typeof tls.connect;
  syncBuiltinESMExports();
}

type Described = NonNullable<
  Awaited<ReturnType<ReplicationGroups['describeReplicationGroups']>>['ReplicationGroups']
>[number];

function groupOf(described: Described, pingTimeoutMs = 60_000) {
  return awsGroup({
    client: {
      describeReplicationGroups: async () => ({ ReplicationGroups: [described] }),
      modifyReplicationGroup: async () => ({}),
    },
    id: 'bookedbarber',
    pause: async () => {},
    pollIntervalMs: 1000,
    changeTimeoutMs: 60_000,
    pingTimeoutMs,
    nowMs: () => 0,
  });
}

const single = (port: number, encrypted = false) =>
  groupOf({
    TransitEncryptionEnabled: encrypted,
    NodeGroups: [{ PrimaryEndpoint: { Address: '127.0.0.1', Port: port } }],
  });
const cluster = (port: number, encrypted = false) =>
  groupOf({
    TransitEncryptionEnabled: encrypted,
    ConfigurationEndpoint: { Address: '127.0.0.1', Port: port },
    NodeGroups: [{ PrimaryEndpoint: { Address: 'not-used.example', Port: 1 } }],
  });

describe('a cluster', () => {
  test('has each primary once, without replicas, and a missing host is that of the endpoint', async () => {
    const ranges = [
      { host: '10.0.0.1', port: 7001 },
      { host: '10.0.0.1', port: 7002 },
      { host: null, port: 7003 },
      { host: '', port: 7004 },
      { host: '10.0.0.1', port: 7001 },
    ];
    const node = await start({ reply: slotsReply(ranges) });
    expect(await cluster(node.port).primaries(password)).toEqual([
      { host: '10.0.0.1', port: 7001, tls: false },
      { host: '10.0.0.1', port: 7002, tls: false },
      { host: '127.0.0.1', port: 7003, tls: false },
      { host: '127.0.0.1', port: 7004, tls: false },
    ]);
  });

  test.each([
    ['no primary', '*0\r\n', 'the cluster has no primary'],
    ['a primary without a port', '*1\r\n*3\r\n:0\r\n:1\r\n*1\r\n$1\r\nh\r\n', 'the response is invalid'],
    ['a reply that is no list', '+OK\r\n', 'the response is invalid'],
    ['an error', '-ERR This instance has cluster support disabled\r\n', 'ERR'],
  ])('with %s is reported', async (_case, reply, message) => {
    const node = await start({ reply });
    await expect(cluster(node.port).primaries(password)).rejects.toThrow(new RegExp(`^${message}$`));
  });

  test('accepts a password when every primary does, and the error names the one that does not', async () => {
    const [first, second] = [await start(), await start()];
    const ranges = [first, second].map(({ port }) => ({ host: '127.0.0.1', port }));
    const endpoint = await start({ reply: slotsReply(ranges) });
    await cluster(endpoint.port).ping(password);
    const third = await start({ password: 'another' });
    const withThird = await start({
      reply: slotsReply([...ranges, { host: '127.0.0.1', port: third.port }]),
    });
    const failure = cluster(withThird.port).ping(password);
    await expect(failure).rejects.toThrow(`127.0.0.1:${third.port}: WRONGPASS`);
  });

  test('uses TLS for every primary when the group encrypts', async () => {
    trustTestAuthority();
    const primary = await start({ certificate });
    const plain = await start({ rejectsTls: true });
    const endpoint = await start({
      certificate,
      reply: slotsReply([
        { host: '127.0.0.1', port: primary.port },
        { host: '127.0.0.1', port: plain.port },
      ]),
    });
    const group = cluster(endpoint.port, true);
    expect(await group.primaries(password)).toMatchObject([{ tls: true }, { tls: true }]);
    await expect(group.ping(password)).rejects.toThrow(`127.0.0.1:${plain.port}: `);
    await expect.poll(() => primary.received).toContain(password);
    expect(plain.received).not.toContain(password);
  });
});

describe('a connection of a group that encrypts', () => {
  test('sends nothing in plain text', async () => {
    const node = await start({ rejectsTls: true });
    await expect(single(node.port, true).ping(password)).rejects.toThrow();
    expect(node.received).not.toMatch(/AUTH|password/);
  });

  test('sends nothing to a server with an unknown certificate', async () => {
    const node = await start({ certificate });
    await expect(single(node.port, true).ping(password)).rejects.toThrow();
    expect(node.received).toBe('');
  });

  test('sends nothing to a server with a certificate for another name', async () => {
    trustTestAuthority();
    const node = await start({ certificate: authority.issue({ hosts: ['cache.example'] }) });
    await expect(single(node.port, true).ping(password)).rejects.toThrow('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(node.received).toBe('');
  });
});

describe('a PING', () => {
  test('needs the reply PONG', async () => {
    const node = await start({ reply: '+OK\r\n' });
    await expect(single(node.port).ping(password)).rejects.toThrow('the response is invalid');
  });

  test('with a wrong password reports only the code, although the server repeats the command', async () => {
    const node = await start();
    await expect(single(node.port).ping('a-wrong-secret')).rejects.toThrow(/^WRONGPASS$/);
  });

  test('to a server that does not reply fails after the timeout', async () => {
    const node = await start({ reply: null });
    const group = groupOf(
      { NodeGroups: [{ PrimaryEndpoint: { Address: '127.0.0.1', Port: node.port } }] },
      1,
    );
    await expect(group.ping(password)).rejects.toThrow('no response within 1 ms');
  });

  test('with a reply without end fails', async () => {
    const node = await start({ reply: `$2000000\r\n${'x'.repeat(1_100_000)}` });
    await expect(single(node.port).ping(password)).rejects.toThrow('the response is too long');
  });

  test('to a group without an endpoint fails', async () => {
    await expect(groupOf({}).ping(password)).rejects.toThrow('the group has no endpoint yet');
  });
});
