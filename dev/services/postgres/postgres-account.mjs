/** PostgreSQL refuses to run as root. When this process is root, PostgreSQL runs under another account. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { UserError } from '../../setup/user-error.mjs';

/** @typedef {{ uid: number, gid: number }} Account */

/**
 * @param {string} folder of the cluster; the owner of an existing one is the account that created it
 * @returns {Account | undefined} undefined when this process is not root and runs PostgreSQL itself
 */
export function postgresAccount(folder) {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(folder, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return accountNamedPostgres() ?? createAccount();
}

/** @returns {Account | undefined} */
function accountNamedPostgres() {
  const [uid, gid] = ['-u', '-g'].map((flag) => Number.parseInt(run(['id', flag, 'postgres']).stdout, 10));
  return uid && gid ? { uid, gid } : undefined;
}

/** @returns {Account} */
function createAccount() {
  run(['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres']);
  const account = accountNamedPostgres();
  if (account !== undefined) return account;
  throw new UserError(
    'PostgreSQL does not run as root, and the account `postgres` could not be created.',
    'Run `npm start` as an ordinary user, create the account, or set DATABASE_URL to your own server.',
  );
}

/**
 * Returns how to start a program under an account. If the account cannot access a parent folder of a path (usually a
 * clone below /root), the folder's permissions stay unchanged, and the program keeps one capability of root: to
 * traverse folders.
 *
 * @param {Account} account
 * @param {readonly string[]} paths folders and programs that the account needs
 * @returns {{ before: string[], uid?: number, gid?: number }} `before`: the words to insert before the command
 * @throws {UserError} when this process may not grant the capability
 */
export function runAs({ uid, gid }, paths) {
  if (paths.every((path) => run(['test', '-x', path], { uid, gid }).status === 0))
    return { before: [], uid, gid };
  // The narrower capability first. Docker grants only the second one.
  for (const name of ['dac_read_search', 'dac_override']) {
    const capabilities = [`--inh-caps=+${name}`, `--ambient-caps=+${name}`];
    // PostgreSQL looks for its programs with access(2), which ignores the capability without this bit.
    const bits = '--securebits=+no_setuid_fixup';
    const ids = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
    const before = ['setpriv', ...ids, ...capabilities, bits, '--'];
    if (paths.every((path) => run([...before, 'test', '-x', path]).status === 0)) return { before };
  }
  throw new UserError(
    `PostgreSQL does not run as root, and its account (uid ${uid}) cannot access ${paths.join(' and ')}.`,
    'Run `npm start` as an ordinary user, or move the project to a folder that all users can traverse.',
  );
}

/** @param {readonly string[]} command @param {{ uid?: number, gid?: number }} [ids] */
function run([program = '', ...args], ids = {}) {
  return spawnSync(program, args, { ...ids, cwd: '/', encoding: 'utf8', timeout: 20_000 });
}
