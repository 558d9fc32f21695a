import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { UserError } from '../../setup/user-error.mjs';
import { serviceEnvironment } from '../children.mjs';
import { stopLeftover } from '../leftover.mjs';
import { tailOfFile } from '../log-file.mjs';
import { untilReady } from '../until-ready.mjs';
import { versionOfRedis } from './redis-binary.mjs';

/**
 * @typedef {object} RedisOptions
 * @property {string} binary redis-server or valkey-server
 * @property {string} folder its data folder
 * @property {string} password letters, digits, - and _
 * @property {string} log
 * @property {boolean} durable whether it persists its data (AOF and RDB)
 */

/** @param {number} port @param {string} password */
export function redisUrl(port, password) {
  return `redis://:${password}@127.0.0.1:${port}`;
}

/**
 * Starts a private Redis or Valkey server.
 *
 * @param {import('../children.mjs').Children} children
 * @param {RedisOptions} options
 * @param {number} port
 * @returns {Promise<import('../services.mjs').Service>} when it replies to PING
 * @throws {UserError} when it does not start
 */
export async function startRedis(children, { binary, folder, password, log, durable }, port) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  /** @type {readonly NodeJS.Signals[]} */
  const stopSignals = ['SIGTERM'];
  // stopLeftover recognizes the server by the folder in its command line.
  const pidFile = join(folder, 'redis.pid');
  await stopLeftover({ pidFile, folder, stopSignals });
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    dir: folder,
    pidfile: pidFile,
    'set-proc-title': 'no',
    // This server also stores jobs, which eviction would delete. When it is full, it rejects writes, which the tier
    // handles.
    maxmemory: '256mb',
    'maxmemory-policy': 'noeviction',
    appendonly: durable ? 'yes' : 'no',
  };
  const args = ['-', ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])];
  // Passed through stdin, so that the password is neither in a file nor in the process list.
  const input = `requirepass ${password}\nsave ${durable ? '3600 1 300 100' : '""'}\n`;
  const options = { cwd: folder, env: serviceEnvironment(), log, input, stopSignals };
  const { pid, exited } = children.run(binary, args, options);
  const state = await untilReady(exited, () => repliesToPing(port, password));
  if (state !== 'ready')
    throw new UserError(`Redis did not start (${state}). Its log ends with:\n${tailOfFile(log)}`);
  return { pid, port, version: versionOfRedis(binary) ?? 'unknown', exited };
}

/**
 * Redis replies to PING once it has loaded its data.
 *
 * @param {number} port
 * @param {string} password
 * @returns {Promise<boolean>}
 */
function repliesToPing(port, password) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let received = '';
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => resolve(received.includes('+PONG')));
    socket.on('data', (data) => {
      received += data;
    });
    socket.write(`AUTH ${password}\r\nPING\r\nQUIT\r\n`);
  });
}
