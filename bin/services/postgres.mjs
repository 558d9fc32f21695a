import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { poll } from '../setup/poll.mjs';
import { commandLine, isAlive } from '../setup/processes.mjs';
import { UserError } from '../setup/trouble.mjs';
import { freePort } from './free-port.mjs';
import { logFile, tailOfFile } from './log-file.mjs';
import { accessProblem, grantAccess, postgresAccount } from './postgres-account.mjs';
import { findPostgresBinaries } from './postgres-binaries.mjs';
import { exitOf, serviceEnvironment, stopLeftover, stopProcess } from './running-service.mjs';

/** @typedef {import('./running-service.mjs').RunningService} RunningService */

/**
 * @typedef {object} PostgresOptions
 * @property {string} folder the cluster's folder; created at the first start
 * @property {string} password of the superuser bookedbarber
 * @property {string} log
 * @property {Record<string, string>} settings on top of {@link ownSettings}
 * @property {number} [port] default: a free one
 */

/** The only account of the embedded server: its superuser. */
const postgresUser = 'bookedbarber';

/**
 * @param {number} port
 * @param {string} password
 * @param {string} database
 */
export function postgresUrl(port, password, database) {
  return `postgres://${postgresUser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/** True of every embedded server, whatever it is used for. */
const ownSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  // One server, no replicas, no base backups: the least that has to be written.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '512MB',
  // Containers give 64 MB of /dev/shm, and a parallel query fails on it. Bookings need no parallel query.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
};

/**
 * Starts the embedded PostgreSQL on a cluster folder, which is made if it is not there.
 *
 * @param {PostgresOptions} options
 * @returns {Promise<RunningService>} when it accepts connections
 */
export async function startPostgres({ folder, password, log, settings, port }) {
  const binaries = findPostgresBinaries();
  mkdirSync(dirname(folder), { recursive: true });
  const account = postgresAccount(folder);
  if (account !== undefined) grantAccess(dirname(folder), account);
  const reach = account === undefined ? [] : accessProblem(account, [folder, binaries.initdb]);
  const version = execFileSync(binaries.postgres, ['--version'], { encoding: 'utf8' })
    .replace(/^\D*/, '')
    .trim();
  const context = { account, reach, log };

  if (!existsSync(join(folder, 'PG_VERSION')))
    await createCluster(binaries.initdb, folder, password, context);
  refuseOtherVersion(folder, version);
  await stopLeftover({
    name: 'The PostgreSQL server',
    pidFile: join(folder, 'postmaster.pid'),
    ownedBy: (pid) => commandLine(pid).includes(folder),
    signal: 'SIGINT',
  });

  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    const flags = Object.entries({ ...ownSettings, ...settings }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const child = spawnAs(binaries.postgres, ['-D', folder, '-p', String(chosen), ...flags], context);
    const started = { pid: child.pid ?? 0, port: chosen, version, exited: exitOf(child) };
    const failure = await untilReady(started, folder);
    if (failure === undefined) return started;
    const tail = tailOfFile(log);
    if (attempt < 3 && port === undefined && /Address already in use/i.test(tail)) continue;
    throw new UserError(`PostgreSQL did not start (${failure}). Its log ends with:\n${tail}`);
  }
}

/** @param {RunningService} service */
export async function stopPostgres(service) {
  // Fast, then immediate (recovers from its log at the next start), then by force.
  await stopProcess(service, [
    { signal: 'SIGINT', waitMs: 10_000 },
    { signal: 'SIGQUIT', waitMs: 5000 },
    { signal: 'SIGKILL', waitMs: 2000 },
  ]);
}

/** @typedef {{ account: import('./postgres-account.mjs').Account | undefined, reach: readonly string[], log: string }} Context */

/**
 * The cluster is made beside its place and moved there when it is whole: a start that is killed on the way
 * leaves nothing that looks like a cluster.
 *
 * @param {string} initdb
 * @param {string} folder
 * @param {string} password
 * @param {Context} context
 */
async function createCluster(initdb, folder, password, context) {
  const draft = `${folder}.new`;
  const passwordFile = `${folder}.password`;
  rmSync(draft, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (context.account !== undefined) {
    for (const path of [draft, passwordFile]) chownSync(path, context.account.uid, context.account.gid);
  }
  try {
    const args = [
      `--pgdata=${draft}`,
      `--username=${postgresUser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same order of texts on every machine, whatever locales it has.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-sync',
    ];
    const how = await exitOf(spawnAs(initdb, args, context));
    if (how !== 'exit code 0') {
      throw new UserError(
        `PostgreSQL could not make its data folder (${how}). It said:\n${tailOfFile(context.log)}`,
      );
    }
    renameSync(draft, folder);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {string} version
 */
function refuseOtherVersion(folder, version) {
  const made = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  if (made === version.split('.')[0]) return;
  throw new UserError(
    `The data in ${folder} was made by PostgreSQL ${made}; this project now brings ${version}, which cannot read it.`,
    'Move the data folder away to begin afresh, or dump it with the version that made it and load the dump.',
  );
}

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @param {Context} context
 */
function spawnAs(file, args, { account, reach, log }) {
  const [word, ...words] = [...reach, file, ...args];
  const direct = account !== undefined && reach.length === 0 ? { uid: account.uid, gid: account.gid } : {};
  const output = logFile(log);
  try {
    return spawn(word ?? file, words, {
      ...direct,
      cwd: '/',
      env: { ...serviceEnvironment(), LC_ALL: 'C' },
      // A session of its own: Ctrl-C in the terminal must not stop the database before the servers that use it.
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
    });
  } finally {
    output.close();
  }
}

/**
 * The last line of postmaster.pid is the server's own word for its state (pg_ctl reads it too).
 *
 * @param {RunningService} service
 * @param {string} folder
 * @returns {Promise<string | undefined>} what went wrong
 */
async function untilReady(service, folder) {
  /** @type {string | undefined} */
  let ended;
  void service.exited.then((how) => {
    ended = how;
  });
  const ready = await poll(
    () => {
      if (ended !== undefined) return ended;
      const lines = readLines(join(folder, 'postmaster.pid'));
      return lines[0] === String(service.pid) && lines[7]?.trim() === 'ready' ? 'ready' : undefined;
    },
    { withinMs: 60_000, everyMs: 20 },
  );
  if (ready === 'ready') return undefined;
  if (ready === undefined && isAlive(service.pid)) await stopPostgres(service);
  return ready ?? 'not ready after 60 s';
}

/** @param {string} file */
function readLines(file) {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
