import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endProcess } from './leftover.mjs';

/**
 * A child for the supervisor to run.
 *
 * @typedef {object} ChildOrder
 * @property {string} file
 * @property {readonly string[]} args
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {number} [uid]
 * @property {number} [gid]
 * @property {string} [log] a file; without one, its output goes where the parent's goes
 * @property {string} [input] the whole stdin
 * @property {boolean} [ipc] a Node process with an IPC channel
 * @property {readonly NodeJS.Signals[]} stopSignals what ends it, the gentlest first; SIGKILL follows
 */

/**
 * `exited` settles with a text such as `exit code 1`, `message` with its first IPC message.
 *
 * @typedef {{ pid: number, exited: Promise<string>, message: Promise<any> }} Child
 */

/** @typedef {ReturnType<typeof startSupervisor>} Supervisor */

/**
 * Starts a process that runs servers and stops them when this process ends, however it ends.
 *
 * @param {string} folder where the servers keep their data
 * @param {{ removeFolder?: boolean }} [options] removeFolder: at the end
 */
export function startSupervisor(folder, { removeFolder = false } = {}) {
  const file = fileURLToPath(new URL('supervisor-process.mjs', import.meta.url));
  const supervisor = fork(file, removeFolder ? [folder, '--remove-folder'] : [folder], {
    cwd: '/',
    env: serviceEnvironment(),
    execArgv: [],
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const reports = new EventEmitter();
  supervisor.on('message', (/** @type {{ id: number }} */ { id, ...report }) => {
    for (const [kind, value] of Object.entries(report)) reports.emit(`${id} ${kind}`, value);
  });
  /** @type {Promise<string>} */
  const exited = new Promise((resolve) => {
    supervisor.once('error', (error) => resolve(error.message));
    supervisor.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  /** @type {Map<number, readonly NodeJS.Signals[]>} */
  const running = new Map();
  let lastId = 0;
  let stopping = false;

  return {
    /** @param {ChildOrder} order @returns {Promise<Child>} */
    async run(order) {
      const id = ++lastId;
      /** @param {string} kind @returns {Promise<any>} */
      const next = (kind) => new Promise((resolve) => reports.once(`${id} ${kind}`, resolve));
      const started = next('pid');
      const ended = next('exited');
      const message = next('message');
      supervisor.send({ id, order }, () => {});
      const lost = exited.then(() => 'its supervisor has ended');
      const pid = await Promise.race([started, lost]);
      if (typeof pid === 'string') throw new Error(`${order.file} was not started: ${pid}`);
      running.set(pid, order.stopSignals);
      void ended.then(() => running.delete(pid));
      return { pid, exited: Promise.race([ended, lost]), message };
    },
    /** Settles with a message when the supervisor ends by itself. @type {Promise<string>} */
    ended: new Promise((resolve) => {
      void exited.then((how) => stopping || resolve(`The supervisor of the servers ended (${how}).`));
    }),
    get stopping() {
      return stopping;
    },
    /** Stops the children, the last one first. */
    async stop() {
      stopping = true;
      if (supervisor.connected) supervisor.disconnect();
      if ((await exited) === 'exit code 0') return;
      // It was killed and has left its children behind.
      for (const [pid, stopSignals] of [...running].reverse()) await endProcess(pid, stopSignals);
    },
  };
}

/**
 * What a server needs of this process's environment. Variables that begin with PG would change what PostgreSQL does.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function serviceEnvironment() {
  const { PATH, HOME, TMPDIR, LD_LIBRARY_PATH } = process.env;
  return { PATH, HOME, TMPDIR, LD_LIBRARY_PATH };
}
