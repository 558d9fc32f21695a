import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { logFile, tailOfFile } from '../services/log-file.mjs';
import { exitOf, stopProcess } from '../services/running-service.mjs';
import { projectFolder } from '../setup/project.mjs';
import { UserError } from '../setup/trouble.mjs';

/** @typedef {{ pid: number, exited: Promise<string>, tail: () => string }} ServerProcess */

/** Ends the entry when the message channel to us closes, however we end. */
const exitWithParent = new URL('leash.mjs', import.meta.url).href;

/**
 * Starts one of the server's two entries.
 *
 * @param {object} options
 * @param {string} options.entry
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string | undefined} options.log undefined: its output is ours
 * @returns {ServerProcess}
 */
export function spawnServer({ entry, env, log }) {
  const output = log === undefined ? undefined : logFile(log);
  const begin = log === undefined ? 0 : statSync(log).size;
  const fd = output === undefined ? 'inherit' : output.fd;
  const child = spawn(process.execPath, ['--import', exitWithParent, entry], {
    cwd: projectFolder,
    env,
    // A session of its own: Ctrl-C in the terminal reaches us alone, and we stop everything in order.
    detached: true,
    stdio: ['ignore', fd, fd, 'ipc'],
  });
  output?.close();
  const tail = () => (log === undefined ? '    (see above)' : tailOfFile(log, { fromByte: begin }));
  return { pid: child.pid ?? 0, exited: exitOf(child), tail };
}

/**
 * @param {ServerProcess} server
 * @returns {Promise<void>}
 */
export async function stopServer(server) {
  await stopProcess(server, [
    { signal: 'SIGTERM', waitMs: 10_000 },
    { signal: 'SIGKILL', waitMs: 2000 },
  ]);
}

/**
 * Waits until the server takes requests.
 *
 * @param {ServerProcess} server
 * @param {{ url: string, withinMs: number, signal: AbortSignal }} options
 * @throws {UserError} with its last words, when it ends or stays silent; it has been stopped then
 */
export async function untilReady(server, { url, withinMs, signal }) {
  const deadline = performance.now() + withinMs;
  let last = 'no answer';
  /** @type {string | undefined} */
  let ended;
  void server.exited.then((how) => {
    ended = how;
  });
  while (ended === undefined && !signal.aborted && performance.now() < deadline) {
    last = await readyAnswer(url);
    if (last === '200') return;
    await Promise.race([delay(100), server.exited]);
  }
  if (ended !== undefined) {
    throw new UserError(`The server ended at its start (${ended}). Its last words:\n${server.tail()}`);
  }
  await stopServer(server);
  if (signal.aborted) throw new UserError('The server was stopped before it was ready.');
  throw new UserError(
    `The server did not become ready in ${withinMs / 1000} s (${url}/readyz: ${last}). Its last words:\n${server.tail()}`,
  );
}

/**
 * @param {string} url
 * @returns {Promise<string>} a status, or why there is none
 */
async function readyAnswer(url) {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) });
    const body = await response.text();
    return response.ok ? '200' : `${response.status} ${body.slice(0, 300)}`;
  } catch {
    return 'no answer';
  }
}
