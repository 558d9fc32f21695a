import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RedisServerProcess, startRedisServer } from '@bookedbarber/redis-tier/testing';
import { inject } from 'vitest';
import { freePort } from '../../../dev/services/free-port.mjs';
import { type Authority, type CertificateOptions, createAuthority } from '../certificates.ts';
import { secret } from './doctor-target.ts';

export type PasswordRedis = RedisServerProcess & {
  /** The address without a password, such as redis://127.0.0.1:4711. */
  readonly address: string;
};

/** Starts a server with the password `secret`. */
export async function startPasswordRedis(settings: readonly string[] = []): Promise<PasswordRedis> {
  const redis = await startRedisServer(inject('redisBinary'), settings);
  // The existing connection of the test stays authenticated.
  await redis.admin.config('SET', 'requirepass', secret);
  return { ...redis, address: redis.url };
}

export type SecureRedis = PasswordRedis & { readonly securePort: number; readonly secureAddress: string };

export type TlsFiles = { authority: Authority; caFile: string; folder: string; remove(): void };

/** Creates a temporary folder with a test certificate authority. */
export function makeTlsFiles(): TlsFiles {
  const folder = mkdtempSync(join(tmpdir(), 'bookedbarber-tls-'));
  const authority = createAuthority('Test authority');
  const caFile = join(folder, 'authority.pem');
  writeFileSync(caFile, authority.certificate);
  return { authority, caFile, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts a server with a TLS port in addition to the plaintext port. */
export async function startSecureRedis(
  files: TlsFiles,
  certificate: CertificateOptions,
  settings: readonly string[] = ['--tls-auth-clients', 'no'],
): Promise<SecureRedis> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(await freePort(), files, certificate, settings);
    } catch (error) {
      // Another process may have taken the free port in the meantime.
      if (attempt === maxAttempts) throw error;
    }
  }
}

const maxAttempts = 5;

async function startOn(
  securePort: number,
  { authority, caFile, folder }: TlsFiles,
  certificate: CertificateOptions,
  settings: readonly string[],
): Promise<SecureRedis> {
  const issued = authority.issue(certificate);
  const files = { certificate: join(folder, `${securePort}.crt`), key: join(folder, `${securePort}.key`) };
  writeFileSync(files.certificate, issued.certificate);
  writeFileSync(files.key, issued.key, { mode: 0o600 });
  const redis = await startPasswordRedis([
    '--tls-port',
    `${securePort}`,
    '--tls-cert-file',
    files.certificate,
    '--tls-key-file',
    files.key,
    '--tls-ca-cert-file',
    caFile,
    ...settings,
  ]);
  return { ...redis, securePort, secureAddress: `rediss://127.0.0.1:${securePort}` };
}
