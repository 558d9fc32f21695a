import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../setup/user-error.mjs';
import { writeFileAtomic } from './data-folder.mjs';

/**
 * The secrets of an instance: created once and stored in a file that only its owner can read. Secrets in the
 * environment take precedence and are not stored.
 *
 * @param {{ path: string }} data
 * @param {NodeJS.ProcessEnv} env
 * @throws {UserError} when the file is lost or damaged and the database requires it
 */
export function openSecrets({ path }, env) {
  const file = join(path, 'secrets.json');
  const stored = readSecrets(file);
  if (stored['postgresPassword'] === undefined && existsSync(join(path, 'postgres'))) {
    throw new UserError(
      `${file} is missing or has no postgresPassword, so the database in this folder cannot be opened.`,
      `Restore the file, or remove all data: rm -r ${path}`,
    );
  }
  const { OPERATOR_TOKEN: token, BOOKING_LINK_SECRET: linkSecret } = env;
  const secret = (/** @type {string} */ name) => stored[name] ?? randomBytes(32).toString('base64url');
  const secrets = {
    postgresPassword: secret('postgresPassword'),
    redisPassword: secret('redisPassword'),
    bookingLinkSecret: secret('bookingLinkSecret'),
    operatorToken: token && !stored['operatorToken'] ? undefined : secret('operatorToken'),
  };
  if (Object.entries(secrets).some(([name, value]) => stored[name] !== value))
    writeFileAtomic(file, secrets, 0o600);
  return {
    ...secrets,
    operatorToken: token || (secrets.operatorToken ?? ''),
    bookingLinkSecret: linkSecret || secrets.bookingLinkSecret,
    /** `new`: created by this start, which shows it. Later starts do not. @type {'environment' | 'stored' | 'new'} */
    operatorTokenIs: token ? 'environment' : stored['operatorToken'] ? 'stored' : 'new',
  };
}

/** @typedef {ReturnType<typeof openSecrets>} Secrets */

/** @param {string} file @returns {Record<string, string>} empty when there is no such file */
function readSecrets(file) {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new UserError(
      `${file} cannot be read.`,
      `Restore or correct the file, or remove all data: rm -r ${dirname(file)}`,
    );
  }
}
