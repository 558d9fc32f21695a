/** With TLS, the password is sent only over an encrypted connection to a server with a trusted certificate. */
import { connect, connectCluster, type RedisServer } from '@bookedbarber/redis-tier/connection';
import { connectQueue } from '@bookedbarber/redis-tier/jobs';
import { until } from '@bookedbarber/redis-tier/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  makeTlsFiles,
  type SecureRedis,
  startSecureRedis,
  type TlsFiles,
} from '../../support/doctor/doctor-redis.ts';
import { secret } from '../../support/doctor/doctor-target.ts';
import { type ScriptedNode, startScriptedNode } from '../../support/rotation/scripted-node.ts';

let files: TlsFiles;
let redis: SecureRedis;
beforeAll(async () => {
  files = makeTlsFiles();
  redis = await startSecureRedis(files, { hosts: ['127.0.0.1'] });
});
afterAll(async () => {
  await redis?.close();
  files?.remove();
});

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

const serverAt = (port: number, trusted = files.authority.certificate): RedisServer => ({
  host: '127.0.0.1',
  port,
  tls: true,
  trustedCertificates: trusted,
  username: null,
  password: secret,
  database: 0,
  connectTimeoutMs: 60_000,
  keepAlive: false,
});

type Client = { disconnect(): void; readonly status: string };
type Open = (server: RedisServer, onError: (error: Error) => void) => Client[];
const options = (server: RedisServer) => ({ server, name: 'encryption', commandTimeoutMs: 60_000 });

const clients: [name: string, open: Open][] = [
  ['a connection', (server, onError) => [connect(options(server), onError)]],
  [
    'a duplicate',
    (server, onError) => {
      const first = connect(options(server), onError);
      const second = first.duplicate();
      second.on('error', onError);
      return [first, second];
    },
  ],
  ['a queue', (server, onError) => Object.values(connectQueue(options(server), onError))],
];
const clusterClients: [name: string, open: Open][] = [
  ['a cluster', (server, onError) => [connectCluster(options(server), onError)]],
  [
    'the queue of a cluster',
    (server, onError) => Object.values(connectQueue(options({ ...server, cluster: true }), onError)),
  ],
];

/** Opens clients and counts their errors. */
function openAll(open: Open, server: RedisServer): { all: Client[]; errors: () => number } {
  let errors = 0;
  const all = open(server, () => {
    errors += 1;
  });
  opened.push(() => {
    for (const client of all) client.disconnect();
  });
  return { all, errors: () => errors };
}

async function startNode(script: Partial<Parameters<typeof startScriptedNode>[0]>): Promise<ScriptedNode> {
  const node = await startScriptedNode({ password: secret, reply: null, ...script });
  opened.push(() => node.close());
  return node;
}

describe.each(clients)('%s', (_name, open) => {
  test('connects to a server whose certificate is trusted', async () => {
    const { all } = openAll(open, serverAt(redis.securePort));
    await until('all are ready', () => all.every(({ status }) => status === 'ready'));
  });
});

describe.each([...clients, ...clusterClients])('%s', (_name, open) => {
  test('sends nothing in plain text', async () => {
    const node = await startNode({});
    const { all } = openAll(open, serverAt(node.port));
    await until('all have sent something', () => node.callers >= all.length);
    // The first byte of a TLS handshake.
    expect(node.received.charCodeAt(0)).toBe(0x16);
    expect(node.received).not.toMatch(/HELLO|AUTH|CLUSTER/);
    expect(node.received).not.toContain(secret);
  });

  test.each([
    ['an unknown authority', () => makeTlsFiles()],
    ['another host name', () => files],
  ])('sends nothing to a server with a certificate of %s', async (_case, filesOf) => {
    const other = filesOf();
    if (other !== files) opened.push(() => other.remove());
    const node = await startNode({
      certificate: other.authority.issue({ hosts: [other === files ? 'cache.example' : '127.0.0.1'] }),
    });
    const { errors } = openAll(open, serverAt(node.port));
    await until('the connection has failed twice', () => errors() >= 2);
    expect(node.received).toBe('');
  });
});
