import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../setup/user-error.mjs';
import { writeFileAtomic } from './data-folder.mjs';

/**
 * The secrets of an instance: created once, kept in a file that only its owner can read. What the environment has takes
 * precedence and is not written down.
 *
 * @param {{ path: string }} data
 * @param {NodeJS.ProcessEnv} env
 */
export function openSecrets({ path }, env) {
  const file = join(path, 'secrets.json');
  const kept = readSecrets(file);
  if (kept['postgresPassword'] === undefined && existsSync(join(path, 'postgres'))) {
    throw new UserError(
      `${file} is missing or has no postgresPassword, so the database in this folder cannot be opened.`,
      `Put the file back, or remove all data: rm -r ${path}`,
    );
  }
  const { OPERATOR_TOKEN: token, BOOKING_LINK_SECRET: linkSecret } = env;
  const secret = (/** @type {string} */ name) => kept[name] ?? randomBytes(32).toString('base64url');
  const secrets = {
    postgresPassword: secret('postgresPassword'),
    redisPassword: secret('redisPassword'),
    bookingLinkSecret: secret('bookingLinkSecret'),
    operatorToken: token && !kept['operatorToken'] ? undefined : secret('operatorToken'),
  };
  if (Object.entries(secrets).some(([name, value]) => kept[name] !== value))
    writeFileAtomic(file, secrets, 0o600);
  return {
    ...secrets,
    operatorToken: token || (secrets.operatorToken ?? ''),
    bookingLinkSecret: linkSecret || secrets.bookingLinkSecret,
    /** `new`: created by this start, which alone shows it. @type {'environment' | 'kept' | 'new'} */
    operatorTokenIs: token ? 'environment' : kept['operatorToken'] ? 'kept' : 'new',
  };
}

/** @typedef {ReturnType<typeof openSecrets>} Secrets */

/** @param {string} file @returns {Record<string, string>} empty when there is no such file */
function readSecrets(file) {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new UserError(`${file} cannot be read.`, 'Fix it, or stop everything and remove the data folder.');
  }
}
