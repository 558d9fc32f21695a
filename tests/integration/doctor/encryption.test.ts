import { once } from 'node:events';
import { type AddressInfo, createServer as createPlainServer } from 'node:net';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../../support/certificates.ts';
import {
  makeTlsFiles,
  type SecureRedis,
  startSecureRedis,
  type TlsFiles,
} from '../../support/doctor/doctor-redis.ts';
import { runDoctor, secret } from '../../support/doctor/doctor-target.ts';

const day = 86_400_000;
const here = ['localhost', '127.0.0.1'];

let files: TlsFiles;
let redis: SecureRedis;
const others: SecureRedis[] = [];
beforeAll(async () => {
  files = makeTlsFiles();
  redis = await startSecureRedis(files, { hosts: here });
});
afterAll(async () => {
  for (const server of [redis, ...others]) await server?.close();
  files?.remove();
});

const variables = { REDIS_PASSWORD: secret };
const trusting = (address: string) => ({ args: [address, '--ca-file', files.caFile], variables });

async function startOther(
  ...options: Parameters<typeof startSecureRedis> extends [unknown, ...infer Rest] ? Rest : never
) {
  const server = await startSecureRedis(files, ...options);
  others.push(server);
  return server;
}

test('TLS with a trusted certificate is healthy, by address and by name', async () => {
  const byAddress = await runDoctor(trusting(redis.secureAddress));
  expect([byAddress.errors, byAddress.warnings]).toEqual([[], []]);
  const byName = await runDoctor(trusting(`rediss://localhost:${redis.securePort}`));
  expect(byName.errors).toEqual([]);
  expect(byName.text).toMatch(/ok +encryption +TLSv1\.[23], the certificate is valid for localhost/);
});

describe('a TLS mismatch', () => {
  test('of redis:// and a TLS port is reported', async () => {
    const { errors, finding } = await runDoctor({
      args: [`redis://127.0.0.1:${redis.securePort}`],
      variables,
    });
    expect(errors).toEqual(['plain_text_to_tls_port']);
    expect(finding('plain_text_to_tls_port').remediation).toContain('rediss://');
  });

  test('of rediss:// and a plain-text port is reported', async () => {
    const { errors } = await runDoctor({ args: [`rediss://127.0.0.1:${redis.port}`], variables });
    expect(errors).toEqual(['tls_to_plain_text_port']);
  });

  test('of rediss:// and another service is reported', async () => {
    const server = createPlainServer((socket) => socket.end('220 mail.example ESMTP\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { errors } = await runDoctor(trusting(`rediss://127.0.0.1:${port}`));
    server.close();
    expect(errors).toEqual(['tls_failed']);
  });

  test('of a server that requires a client certificate is reported', async () => {
    const server = await startOther({ hosts: here }, ['--tls-auth-clients', 'yes']);
    expect((await runDoctor(trusting(server.secureAddress))).errors).toEqual(['client_certificate_required']);
  });
});

describe('a certificate', () => {
  test('of an unknown authority is reported as not trusted', async () => {
    const { errors, finding } = await runDoctor({ args: [redis.secureAddress], variables });
    expect(errors).toEqual(['certificate_not_trusted']);
    expect(finding('certificate_not_trusted').message).toContain('Test authority');
  });

  test('of an authority other than the given one is reported as not trusted', async () => {
    const other = { ...files, authority: createAuthority('Another authority') };
    const server = await startSecureRedis(other, { hosts: here });
    others.push(server);
    expect((await runDoctor(trusting(server.secureAddress))).errors).toEqual(['certificate_not_trusted']);
  });

  test('for another host is reported with its names', async () => {
    const server = await startOther({ hosts: ['cache.example'] });
    const { errors, finding } = await runDoctor(trusting(server.secureAddress));
    expect(errors).toEqual(['certificate_wrong_name']);
    expect(finding('certificate_wrong_name').message).toContain('DNS:cache.example');
  });

  test('that has expired is reported with its expiry date', async () => {
    const validTo = new Date(Date.now() - day);
    const server = await startOther({ hosts: here, validFrom: new Date(Date.now() - 9 * day), validTo });
    const { errors, finding } = await runDoctor(trusting(server.secureAddress));
    expect(errors).toEqual(['certificate_expired']);
    expect(finding('certificate_expired').message).toContain(String(validTo.getUTCFullYear()));
  });

  test('that is not valid yet is reported', async () => {
    const server = await startOther({ hosts: here, validFrom: new Date(Date.now() + day) });
    expect((await runDoctor(trusting(server.secureAddress))).errors).toEqual(['certificate_not_yet_valid']);
  });

  test('that is rejected receives no data, in particular no password', async () => {
    const { certificate, key } = createAuthority('Man in the middle').issue({ hosts: here });
    const received: Buffer[] = [];
    const server = createServer({ cert: certificate, key }, (socket) => {
      socket.on('data', (chunk) => received.push(chunk));
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { errors } = await runDoctor(trusting(`rediss://127.0.0.1:${port}`));
    server.close();
    expect(errors).toEqual(['certificate_not_trusted']);
    expect(Buffer.concat(received).toString()).toBe('');
  });
});
