import { X509Certificate } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { connectDatabase } from '../../../apps/server/src/database/connect.ts';
import { clientConfig } from '../../../apps/server/src/database/connection.ts';
import { createAuthority } from '../../support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let proxy: Server | undefined;
const decrypted: string[] = [];
afterEach(async () => {
  proxy?.close();
  proxy = undefined;
  await database.drop();
});

/** Starts a proxy that terminates TLS like PostgreSQL, with a test certificate for 127.0.0.1. Returns its URL. */
async function startTlsProxy(url: string): Promise<string> {
  const { port, hostname } = new URL(url);
  const { key, certificate } = createAuthority('Test authority').issue({ hosts: ['127.0.0.1'] });
  const tlsServer = createTlsServer({ key, cert: certificate }, (client) => {
    const upstream = connect(Number(port), hostname);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    client.on('data', (bytes) => decrypted.push(bytes.toString()));
    client.pipe(upstream).pipe(client);
  });
  proxy = createServer((socket: Socket) => {
    socket.on('error', () => {});
    // The client sends an SSLRequest in plain text and waits for the reply.
    socket.once('data', () => {
      socket.pause();
      socket.write('S', () => tlsServer.emit('connection', socket));
    });
  });
  await new Promise<void>((resolve) => proxy?.listen(0, '127.0.0.1', resolve));
  const proxyUrl = new URL(url);
  proxyUrl.port = String((proxy.address() as { port: number }).port);
  return proxyUrl.href;
}

async function selectOne(url: string, authorities: 'system' | 'amazon-rds'): Promise<number | undefined> {
  const db = connectDatabase(
    {
      url,
      authorities,
      poolSize: 1,
      acquireTimeoutMs: 60_000,
      statementTimeoutMs: 60_000,
      applicationName: 'authorities',
    },
    () => {},
  );
  try {
    return (await sql<{ one: number }>`SELECT 1 AS one`.execute(db)).rows[0]?.one;
  } finally {
    await db.destroy();
  }
}

test('rejects a server whose certificate Amazon did not issue, before sending credentials', async () => {
  database = await createTestDatabase();
  const url = await startTlsProxy(database.url);
  // The proxy works without certificate verification.
  expect(await selectOne(`${url}?sslmode=no-verify`, 'system')).toBe(1);
  expect(decrypted.join('')).toContain('bookedbarber');
  decrypted.length = 0;
  await expect(selectOne(url, 'amazon-rds')).rejects.toThrow(/certificate/);
  // The proxy may still receive the termination message of the first connection, but no credentials.
  expect(decrypted.join('')).not.toMatch(/user|bookedbarber|SCRAM/);
});

test('rejects a server without TLS', async () => {
  database = await createTestDatabase();
  await expect(selectOne(database.url, 'amazon-rds')).rejects.toThrow(/does not support SSL/);
});

test('trusts only authorities of Amazon RDS, of which some are valid today', async () => {
  database = await createTestDatabase();
  const { ssl } = clientConfig({ url: database.url, authorities: 'amazon-rds' });
  const certificates = (ssl as { ca: string[] }).ca.map((text) => new X509Certificate(text));
  expect(certificates.length).toBeGreaterThan(50);
  for (const { subject, ca } of certificates)
    expect([subject, ca]).toEqual([expect.stringMatching(/Amazon|Starfield/), true]);
  const valid = certificates.filter(
    ({ validTo, subject }) => Date.parse(validTo) > Date.now() && /us-east-1/.test(subject),
  );
  expect(valid.length).toBeGreaterThan(0);
});
