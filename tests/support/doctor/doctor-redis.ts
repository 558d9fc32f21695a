import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RedisServerProcess, startRedisServer } from '@bookedbarber/redis-tier/testing';
import { inject } from 'vitest';
import { freePort } from '../../../dev/services/free-port.mjs';
import { type Authority, type CertificateOptions, createAuthority } from '../certificates.ts';
import { secret } from './doctor-target.ts';

export type PasswordRedis = RedisServerProcess & {
  /** Its address without a password, such as redis://127.0.0.1:4711. */
  readonly address: string;
};

/** A server with the password `secret`. */
export async function startPasswordRedis(settings: readonly string[] = []): Promise<PasswordRedis> {
  const redis = await startRedisServer(inject('redisBinary'), settings);
  // The test's own connection is in already, and stays so.
  await redis.admin.config('SET', 'requirepass', secret);
  return { ...redis, address: redis.url };
}

export type SecureRedis = PasswordRedis & { readonly securePort: number; readonly secureAddress: string };

export type TlsFiles = { authority: Authority; caFile: string; folder: string; remove(): void };

/** A folder with an authority of the tests' own in it. */
export function makeTlsFiles(): TlsFiles {
  const folder = mkdtempSync(join(tmpdir(), 'bookedbarber-tls-'));
  const authority = createAuthority('Authority of the tests');
  const caFile = join(folder, 'authority.pem');
  writeFileSync(caFile, authority.certificate);
  return { authority, caFile, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A server with a TLS port beside the plain one. */
export async function startSecureRedis(
  files: TlsFiles,
  certificate: CertificateOptions,
  settings: readonly string[] = ['--tls-auth-clients', 'no'],
): Promise<SecureRedis> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await startOn(await freePort(), files, certificate, settings);
    } catch (error) {
      // Another process may take a port that was free a moment ago.
      if (tried === maxPorts) throw error;
    }
  }
}

const maxPorts = 5;

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
