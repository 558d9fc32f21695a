import { X509Certificate } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { connectDatabase } from '../../../apps/server/src/database/connect.ts';
import { addressed } from '../../../apps/server/src/database/connection.ts';
import { createAuthority } from '../../support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let front: Server | undefined;
const decrypted: string[] = [];
afterEach(async () => {
  front?.close();
  front = undefined;
  await database.drop();
});

/** Speaks TLS as a server of PostgreSQL does, with a certificate for 127.0.0.1, before the one of the tests. */
async function startTlsFront(url: string): Promise<string> {
  const { port, hostname } = new URL(url);
  const { key, certificate } = createAuthority('Authority of the tests').issue({ hosts: ['127.0.0.1'] });
  const secure = createTlsServer({ key, cert: certificate }, (inside) => {
    const behind = connect(Number(port), hostname);
    inside.on('error', () => behind.destroy());
    behind.on('error', () => inside.destroy());
    inside.on('data', (bytes) => decrypted.push(bytes.toString()));
    inside.pipe(behind).pipe(inside);
  });
  front = createServer((socket: Socket) => {
    socket.on('error', () => {});
    // The client asks in the clear whether TLS is spoken, and waits for the answer.
    socket.once('data', () => {
      socket.pause();
      socket.write('S', () => secure.emit('connection', socket));
    });
  });
  await new Promise<void>((resolve) => front?.listen(0, '127.0.0.1', resolve));
  const own = new URL(url);
  own.port = String((front.address() as { port: number }).port);
  return own.href;
}

async function ask(url: string, authorities: 'system' | 'amazon-rds'): Promise<number | undefined> {
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

test('a server with a certificate that Amazon did not issue is refused before it hears a password', async () => {
  database = await createTestDatabase();
  const url = await startTlsFront(database.url);
  // The front is one that can be spoken to.
  expect(await ask(`${url}?sslmode=no-verify`, 'system')).toBe(1);
  expect(decrypted.join('')).toContain('bookedbarber');
  decrypted.length = 0;
  await expect(ask(url, 'amazon-rds')).rejects.toThrow(/certificate/);
  // At the most the first one's goodbye: no user, no word of a login.
  expect(decrypted.join('')).not.toMatch(/user|bookedbarber|SCRAM/);
});

test('a server without TLS is refused, too', async () => {
  database = await createTestDatabase();
  await expect(ask(database.url, 'amazon-rds')).rejects.toThrow(/does not support SSL/);
});

test('the authorities are those of Amazon RDS, and may vouch for today', async () => {
  database = await createTestDatabase();
  const { ssl } = addressed({ url: database.url, authorities: 'amazon-rds' });
  const certificates = (ssl as { ca: string[] }).ca.map((text) => new X509Certificate(text));
  expect(certificates.length).toBeGreaterThan(50);
  for (const { subject, ca } of certificates)
    expect([subject, ca]).toEqual([expect.stringMatching(/Amazon|Starfield/), true]);
  const valid = certificates.filter(
    ({ validTo, subject }) => Date.parse(validTo) > Date.now() && /us-east-1/.test(subject),
  );
  expect(valid.length).toBeGreaterThan(0);
});
