import { spawn } from 'node:child_process';
import { mkdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { poll } from '../setup/poll.mjs';
import { commandLine } from '../setup/processes.mjs';
import { UserError } from '../setup/trouble.mjs';
import { freePort } from './free-port.mjs';
import { logFile, tailOfFile } from './log-file.mjs';
import { sendRedisCommands } from './redis-talk.mjs';
import { redisVersion } from './redis-version.mjs';
import { exitOf, serviceEnvironment, stopLeftover, stopProcess } from './running-service.mjs';

/** @typedef {import('./running-service.mjs').RunningService} RunningService */

/**
 * @typedef {object} RedisOptions
 * @property {string} binary redis-server or valkey-server
 * @property {string} folder where it keeps its data
 * @property {string} password
 * @property {string} log
 * @property {boolean} durable whether it writes its data to the disk
 * @property {number} [port] default: a free one
 */

/**
 * Starts a private Redis or Valkey server.
 *
 * @param {RedisOptions} options
 * @returns {Promise<RunningService>} when it answers
 */
export async function startRedis({ binary, folder, password, log, durable, port }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const version = redisVersion(binary) ?? 'of unknown version';
  await stopLeftover({
    name: 'The Redis server',
    pidFile: join(folder, 'redis.pid'),
    ownedBy: (pid) => worksIn(pid, folder),
    signal: 'SIGTERM',
  });
  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    const output = logFile(log);
    const child = spawn(binary, ['-'], {
      cwd: folder,
      env: serviceEnvironment(),
      // A session of its own: Ctrl-C in the terminal must not stop Redis before the servers that use it.
      detached: true,
      stdio: ['pipe', output.fd, output.fd],
    });
    output.close();
    const started = { pid: child.pid ?? 0, port: chosen, version, exited: exitOf(child) };
    // The settings travel through stdin, so that the password stands neither in a file nor in the process list.
    child.stdin?.on('error', () => {});
    child.stdin?.end(redisSettings({ folder, password, durable, port: chosen }));
    const failure = await untilReady(started, redisUrl(chosen, password));
    if (failure === undefined) return started;
    const tail = tailOfFile(log);
    if (attempt < 3 && port === undefined && /Address already in use/i.test(tail)) continue;
    throw new UserError(`Redis did not start (${failure}). Its log ends with:\n${tail}`);
  }
}

/** @param {RunningService} service */
export async function stopRedis(service) {
  await stopProcess(service, [
    { signal: 'SIGTERM', waitMs: 10_000 },
    { signal: 'SIGKILL', waitMs: 2000 },
  ]);
}

/**
 * @param {number} port
 * @param {string} password
 */
export function redisUrl(port, password) {
  return `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`;
}

/**
 * @param {{ folder: string, password: string, durable: boolean, port: number }} options
 * @returns {string} a configuration file
 */
export function redisSettings({ folder, password, durable, port }) {
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    'protected-mode yes',
    `requirepass ${quote(password)}`,
    `dir ${quote(folder)}`,
    `pidfile ${quote(join(folder, 'redis.pid'))}`,
    'daemonize no',
    // The title of the process would write over its environment, where the mark of the run stands.
    'set-proc-title no',
    // Jobs live here too: a server that evicts would lose them. Full means refused, and the tier copes.
    'maxmemory 256mb',
    'maxmemory-policy noeviction',
    ...(durable ? ['appendonly yes', 'save 3600 1 300 100'] : ['appendonly no', 'save ""']),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * The configuration file's own quotes: backslash escapes within double quotes.
 *
 * @param {string} text
 */
function quote(text) {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/**
 * @param {number} pid
 * @param {string} folder
 */
function worksIn(pid, folder) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder;
  } catch {
    return /redis|valkey/.test(commandLine(pid));
  }
}

/**
 * @param {RunningService} service
 * @param {string} url
 * @returns {Promise<string | undefined>} what went wrong
 */
async function untilReady(service, url) {
  /** @type {string | undefined} */
  let ended;
  void service.exited.then((how) => {
    ended = how;
  });
  const ready = await poll(
    async () => {
      if (ended !== undefined) return ended;
      const answer = await sendRedisCommands(url, [['PING']], { timeoutMs: 2000 }).catch(() => '');
      return answer.includes('+PONG') ? 'ready' : undefined;
    },
    { withinMs: 60_000, everyMs: 20 },
  );
  if (ready === 'ready') return undefined;
  if (ready === undefined) await stopRedis(service);
  return ready ?? 'no answer after 60 s';
}
