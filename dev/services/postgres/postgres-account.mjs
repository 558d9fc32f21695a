/** PostgreSQL refuses to run as root, so as root it runs under another account. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { UserError } from '../../setup/user-error.mjs';

/** @typedef {{ uid: number, gid: number }} Account */

/**
 * @param {string} folder of the cluster; an existing one belongs to the account that made it
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
    'PostgreSQL does not run as root, and the account `postgres` could not be created for it.',
    'Run `npm start` as an ordinary user, create the account, or set DATABASE_URL to a server of your own.',
  );
}

/**
 * How to start a program under an account. If a parent folder of a path is closed to it (a clone below /root is the usual
 * case), that folder stays as it is, and the program keeps the one right of root to pass through folders.
 *
 * @param {Account} account
 * @param {readonly string[]} paths folders and programs
 * @returns {{ before: string[], uid?: number, gid?: number }} `before` goes before the command
 */
export function runAs({ uid, gid }, paths) {
  if (paths.every((path) => run(['test', '-x', path], { uid, gid }).status === 0))
    return { before: [], uid, gid };
  // The smaller right first. Docker grants only the second one.
  for (const right of ['dac_read_search', 'dac_override']) {
    const rights = [`--inh-caps=+${right}`, `--ambient-caps=+${right}`];
    // PostgreSQL looks for its programs with access(2), which otherwise ignores the right.
    const bits = '--securebits=+no_setuid_fixup';
    const before = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...rights, bits, '--'];
    if (paths.every((path) => run([...before, 'test', '-x', path]).status === 0)) return { before };
  }
  throw new UserError(
    `PostgreSQL does not run as root, and its account (uid ${uid}) cannot reach ${paths.join(' and ')}.`,
    'Run `npm start` as an ordinary user, or move the project to a folder that all users can pass through.',
  );
}

/** @param {readonly string[]} command @param {{ uid?: number, gid?: number }} [ids] */
function run([program = '', ...args], ids = {}) {
  return spawnSync(program, args, { ...ids, cwd: '/', encoding: 'utf8', timeout: 20_000 });
}
