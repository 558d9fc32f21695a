import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../setup/trouble.mjs';
import { readJsonFile, writeFileAtomic } from './data-folder.mjs';

/**
 * @typedef {object} Secrets
 * @property {string} postgresPassword
 * @property {string} redisPassword
 * @property {string} operatorToken
 * @property {string} bookingLinkSecret
 * @property {'environment' | 'new' | 'kept'} operatorTokenIs `new`: made by this start, and shown by it alone
 */

/**
 * The secrets of an instance: made once, kept in a file that only its owner can read. What stands in the
 * environment wins, and is not written down.
 *
 * @param {import('./data-folder.mjs').DataFolder} data
 * @param {NodeJS.ProcessEnv} env
 * @param {{ production?: boolean }} [where] in production the environment has them all, and nothing is written
 * @returns {Secrets}
 */
export function openSecrets(data, env, { production = false } = {}) {
  const kept = readJsonFile(data.secretsFile);
  if (kept['postgresPassword'] === undefined && existsSync(join(data.path, 'postgres'))) {
    throw new UserError(
      `${data.secretsFile} is gone or has no postgresPassword, so the database in this folder cannot be opened.`,
      `Put the file back, or begin afresh: rm -r ${data.path}`,
    );
  }
  const tokenFromOutside = env['OPERATOR_TOKEN'] || undefined;
  const made = {
    postgresPassword: kept['postgresPassword'] ?? randomSecret(),
    redisPassword: kept['redisPassword'] ?? randomSecret(),
    operatorToken: kept['operatorToken'] ?? (tokenFromOutside === undefined ? randomSecret() : undefined),
    bookingLinkSecret: kept['bookingLinkSecret'] ?? randomSecret(),
  };
  const isNew = Object.entries(made).some(([name, value]) => kept[name] !== value);
  if (isNew && !production) writeFileAtomic(data.secretsFile, made, 0o600);
  return {
    ...made,
    operatorToken: tokenFromOutside ?? made.operatorToken ?? '',
    bookingLinkSecret: env['BOOKING_LINK_SECRET'] || made.bookingLinkSecret,
    operatorTokenIs:
      tokenFromOutside !== undefined ? 'environment' : kept['operatorToken'] === undefined ? 'new' : 'kept',
  };
}

function randomSecret() {
  return randomBytes(32).toString('base64url');
}
