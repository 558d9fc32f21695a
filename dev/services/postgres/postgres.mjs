import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../setup/user-error.mjs';
import { serviceEnvironment } from '../children.mjs';
import { stopLeftover } from '../leftover.mjs';
import { tailOfFile } from '../log-file.mjs';
import { untilReady } from '../until-ready.mjs';
import { postgresAccount, runAs } from './postgres-account.mjs';
import { findPostgresPrograms } from './postgres-programs.mjs';

/**
 * @typedef {object} PostgresOptions
 * @property {string} folder the cluster's folder; created at the first start
 * @property {string} password of the superuser, the only account
 * @property {string} log
 * @property {Record<string, string>} settings they override {@link ownSettings}
 */

const superuser = 'bookedbarber';

/** @param {number} port @param {string} password @param {string} database */
export function postgresUrl(port, password, database) {
  return `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

const ownSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  // There are no replicas and no base backups, so the minimal WAL is enough.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '512MB',
  // Parallel queries fail with the 64 MB of /dev/shm that containers have. Bookings need none.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
};

/** Fast shutdown, then immediate shutdown, after which the next start recovers from the WAL. @type {readonly NodeJS.Signals[]} */
const stopSignals = ['SIGINT', 'SIGQUIT'];

/**
 * Starts the embedded PostgreSQL.
 *
 * @param {import('../children.mjs').Children} children
 * @param {PostgresOptions} options
 * @param {number} port
 * @returns {Promise<import('../services.mjs').Service>} when it accepts connections
 */
export async function startPostgres(children, { folder, password, log, settings }, port) {
  const { initdb, postgres } = findPostgresPrograms();
  mkdirSync(dirname(folder), { recursive: true });
  const account = postgresAccount(folder);
  const { before, ...ids } =
    account === undefined ? { before: [] } : runAs(account, [dirname(folder), initdb]);
  const env = { ...serviceEnvironment(), LC_ALL: 'C' };
  const run = (/** @type {string[]} */ ...command) => {
    const [file = '', ...args] = [...before, ...command];
    return children.run(file, args, { cwd: '/', env, ...ids, log, stopSignals });
  };

  if (!existsSync(join(folder, 'PG_VERSION'))) {
    // Created under another name and renamed when complete, so that a killed start leaves no incomplete cluster.
    const draft = `${folder}.new`;
    const passwordFile = `${folder}.password`;
    for (const path of [draft, passwordFile]) rmSync(path, { recursive: true, force: true });
    mkdirSync(draft, { mode: 0o700 });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account) for (const path of [draft, passwordFile]) chownSync(path, account.uid, account.gid);
    const login = [`--username=${superuser}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    // The same collation on every machine, regardless of its locales.
    const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
    const how = await run(initdb, `--pgdata=${draft}`, ...login, ...locale, '--no-sync').exited;
    rmSync(passwordFile);
    if (how !== 'exit code 0')
      throw new UserError(`initdb failed (${how}). Its log ends with:\n${tailOfFile(log)}`);
    renameSync(draft, folder);
  }
  const pidFile = join(folder, 'postmaster.pid');
  await stopLeftover({ pidFile, folder, stopSignals });
  const flags = Object.entries({ ...ownSettings, ...settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const { pid, exited } = run(postgres, '-D', folder, '-p', String(port), ...flags);
  const state = await untilReady(exited, () => isReady(pidFile, pid));
  if (state !== 'ready')
    throw new UserError(`PostgreSQL did not start (${state}). Its log ends with:\n${tailOfFile(log)}`);
  const version = execFileSync(postgres, ['--version'], { encoding: 'utf8' }).replace(/^\D*/, '').trim();
  return { pid, port, version, exited };
}

/** The eighth line of postmaster.pid is the state of the server. @param {string} pidFile @param {number} pid */
function isReady(pidFile, pid) {
  const lines = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').split('\n') : [];
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}
