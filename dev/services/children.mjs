import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endProcess } from './leftover.mjs';
import { logFile } from './log-file.mjs';

/**
 * @typedef {object} ChildOptions
 * @property {readonly NodeJS.Signals[]} stopSignals sent in this order to stop it; SIGKILL follows
 * @property {string} [log] the file for its output; default: the output of this process
 * @property {string} [input] written to its stdin, which is then closed
 * @property {boolean} [ipc] a Node process with an IPC channel
 */

/** The message to the watchdog when a child starts and, without `stopSignals`, when it exits. @typedef {{ pid: number, stopSignals?: readonly NodeJS.Signals[] }} Report */
/** @typedef {Awaited<ReturnType<typeof watchChildren>>} Children */

/**
 * Runs servers that stop when this process exits, even if it is killed: a watchdog process stops them.
 *
 * @param {string} folder the servers' data folder
 * @param {{ removeFolder?: boolean }} [options] removeFolder: remove it at the end
 */
export async function watchChildren(folder, { removeFolder = false } = {}) {
  const file = fileURLToPath(new URL('watchdog.mjs', import.meta.url));
  const watchdog = fork(file, removeFolder ? [folder, '--remove-folder'] : [folder], {
    cwd: '/',
    env: serviceEnvironment(),
    execArgv: [],
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const watchdogExited = exitOf(watchdog);
  const ready = once(watchdog, 'message');
  await Promise.race([ready, watchdogExited]);
  /** @type {Map<number, readonly NodeJS.Signals[]>} */
  const running = new Map();
  let stopping = false;
  const report = (/** @type {Report} */ message) => watchdog.connected && watchdog.send(message, () => {});

  return {
    /**
     * Starts a child in its own session, so that Ctrl-C reaches only this process.
     *
     * @param {string} file
     * @param {readonly string[]} args
     * @param {ChildOptions & { cwd: string, env: NodeJS.ProcessEnv, uid?: number, gid?: number }} options
     */
    run(file, args, { log, input, ipc, stopSignals, ...options }) {
      if (stopping) throw new Error(`${file} was not started: this process is stopping`);
      const output = log === undefined ? undefined : logFile(log);
      const out = output?.fd ?? 'inherit';
      /** @type {import('node:child_process').StdioOptions} */
      const stdio = [input === undefined ? 'ignore' : 'pipe', out, out];
      if (ipc) stdio.push('ipc');
      const child = spawn(file, args, { ...options, detached: true, stdio });
      output?.close();
      child.stdin?.on('error', () => {}).end(input);
      const { pid = 0 } = child;
      const exited = exitOf(child);
      if (pid > 0) {
        running.set(pid, stopSignals);
        report({ pid, stopSignals });
        void exited.then(() => running.delete(pid) && report({ pid }));
      }
      /** The first IPC message. @type {Promise<any>} */
      const message = new Promise((resolve) => child.once('message', resolve));
      return { pid, exited, message };
    },
    get stopping() {
      return stopping;
    },
    /** Stops the children in the reverse order of their start. */
    async stop() {
      stopping = true;
      if (watchdog.connected) watchdog.disconnect();
      await Promise.race([watchdogExited, delay(60_000, undefined, { ref: false })]);
      watchdog.kill('SIGKILL');
      // Stops the children that a killed or frozen watchdog left running.
      for (const [pid, stopSignals] of [...running].reverse()) await endProcess(pid, stopSignals);
    },
  };
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<string>} such as `exit code 1` */
function exitOf(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

/**
 * The part of this process's environment that the servers get. PG* variables would change the behavior of PostgreSQL.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function serviceEnvironment() {
  const { PATH, HOME, TMPDIR, LD_LIBRARY_PATH } = process.env;
  return { PATH, HOME, TMPDIR, LD_LIBRARY_PATH };
}
