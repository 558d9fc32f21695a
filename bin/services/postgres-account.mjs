import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../setup/trouble.mjs';

/**
 * PostgreSQL refuses to run as root. So when we are root, it runs under another account, and that account has
 * to reach the program and the data folder.
 *
 * @typedef {object} Account
 * @property {number} uid
 * @property {number} gid
 */

/**
 * @param {string} dataFolder the folder of the cluster, which may not exist yet
 * @returns {Account | undefined} undefined when we are not root, and run PostgreSQL ourselves
 */
export function postgresAccount(dataFolder) {
  if (process.getuid?.() !== 0) return undefined;
  return ownerOf(dataFolder) ?? namedAccount('postgres') ?? createAccount();
}

/**
 * An existing cluster belongs to the account that made it.
 *
 * @param {string} folder
 * @returns {Account | undefined}
 */
function ownerOf(folder) {
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat === undefined || stat.uid === 0 ? undefined : { uid: stat.uid, gid: stat.gid };
}

/**
 * @param {string} name
 * @returns {Account | undefined}
 */
function namedAccount(name) {
  try {
    const id = (/** @type {string} */ flag) =>
      Number.parseInt(
        execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe', timeout: 5000 }),
        10,
      );
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/** @returns {Account} */
function createAccount() {
  let cause;
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres'],
      {
        stdio: 'pipe',
        timeout: 20_000,
      },
    );
  } catch (error) {
    cause = error;
  }
  const account = namedAccount('postgres');
  if (account !== undefined) return account;
  throw new UserError(
    'PostgreSQL does not run as root, and the account `postgres` could not be created for it.',
    'Run `npm start` as an ordinary user, create the account yourself, or set DATABASE_URL to a server of your own.',
    cause,
  );
}

/**
 * The words to put before a command so that it runs as an account which cannot pass through some parent
 * folder (a clone below /root is the usual case, since /root is closed). Instead of opening that folder to
 * everybody, the program keeps the one right to pass through folders: less than the root that called it has.
 *
 * @param {Account} account
 * @param {readonly string[]} paths what the program has to reach; the last part of each may not exist yet
 * @returns {readonly string[]} empty when nothing is in the way and spawn's uid and gid are enough
 */
export function accessProblem(account, paths) {
  const closed = paths.map((path) => closedParent(path, account)).find((folder) => folder !== undefined);
  if (closed === undefined) return [];
  // The smaller right first. Docker leaves a container only the second one.
  for (const right of ['dac_read_search', 'dac_override']) {
    const words = writeStarterCopy(right, account);
    if (paths.every((path) => canReach(words, dirname(path)))) return words;
  }
  throw new UserError(
    `PostgreSQL does not run as root, and its account (uid ${account.uid}) cannot pass through ${closed}.`,
    `Run \`npm start\` as an ordinary user, or move the project to a folder that others can reach, or open it: chmod o+x ${closed}`,
  );
}

/**
 * @param {string} right
 * @param {Account} account
 * @returns {string[]}
 */
function writeStarterCopy(right, account) {
  return [
    'setpriv',
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    `--inh-caps=+${right}`,
    `--ambient-caps=+${right}`,
    // PostgreSQL looks for its programs with access(2), which otherwise leaves the rights out of its answer. The
    // program itself still begins with this one right alone, since every other one ends with the change of account.
    '--securebits=+no_setuid_fixup',
    '--',
  ];
}

/**
 * @param {readonly string[]} words
 * @param {string} folder
 */
function canReach([program = '', ...args], folder) {
  return spawnSync(program, [...args, 'test', '-x', folder], { stdio: 'ignore', timeout: 5000 }).status === 0;
}

/**
 * Opens the data folder itself, and nothing above it: that is not ours to open. To pass through is not to read.
 *
 * @param {string} folder
 * @param {Account} account
 */
export function grantAccess(folder, account) {
  const stat = statSync(folder);
  if (!hasAccess(stat, account)) chmodSync(folder, (stat.mode & 0o7777) | 0o011);
}

/**
 * @param {string} path
 * @param {Account} account
 * @returns {string | undefined} the nearest parent that the account cannot pass through
 */
export function closedParent(path, account) {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat !== undefined && !hasAccess(stat, account)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * @param {{ mode: number, uid: number, gid: number }} folder
 * @param {Account} account
 */
export function hasAccess(folder, account) {
  if (folder.uid === account.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === account.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}
