import { readFileSync } from 'node:fs';
import { poll } from '../setup/poll.mjs';
import { commandLine, isAlive } from '../setup/processes.mjs';
import { UserError } from '../setup/trouble.mjs';

/**
 * A process of ours.
 *
 * @typedef {object} RunningService
 * @property {number} pid
 * @property {number} port
 * @property {string} version
 * @property {Promise<string>} exited settles when the process has ended, with a text that says how
 */

/**
 * Ends a process step by step: each signal gets its time, the next one follows only when it was not enough.
 *
 * @param {{ pid: number, exited: Promise<unknown> }} child
 * @param {readonly { signal: NodeJS.Signals, waitMs: number }[]} steps
 */
export async function stopProcess(child, steps) {
  let gone = false;
  const exited = child.exited.then(() => {
    gone = true;
  });
  for (const { signal, waitMs } of steps) {
    signalProcess(child.pid, signal);
    await Promise.race([exited, poll(() => gone || undefined, { withinMs: waitMs, everyMs: 20 })]);
    if (gone) return;
  }
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
export function signalProcess(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/**
 * The servers need nothing of our environment (names that begin with PG would even change what PostgreSQL does)
 * but the mark that says to which run they belong.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function serviceEnvironment() {
  const { PATH, HOME, TMPDIR, LD_LIBRARY_PATH, BOOKEDBARBER_RUN } = process.env;
  return { PATH, HOME, TMPDIR, LD_LIBRARY_PATH, BOOKEDBARBER_RUN };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<string>}
 */
export function exitOf(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  });
}

/**
 * Makes sure that no server of an earlier run still works on a folder: its host may have been killed, or may
 * be stopping at this moment. A process is only signalled when its command line or its working directory
 * names the folder, since its id may long belong to somebody else.
 *
 * @param {{ name: string, pidFile: string, ownedBy: (pid: number) => boolean, signal: NodeJS.Signals,
 *   graceMs?: number }} leftover
 */
export async function stopLeftover({ name, pidFile, ownedBy, signal, graceMs = 3000 }) {
  const pid = readPid(pidFile);
  if (pid === undefined || !isAlive(pid) || !ownedBy(pid)) return;
  const gone = () => (isAlive(pid) ? undefined : true);
  if (await poll(gone, { withinMs: graceMs })) return;
  signalProcess(pid, signal);
  if (await poll(gone, { withinMs: 10_000 })) return;
  signalProcess(pid, 'SIGKILL');
  if (await poll(gone, { withinMs: 5000 })) return;
  throw new UserError(
    `${name} of an earlier run (process ${pid}) still works on this data folder and cannot be stopped.`,
    `Stop it yourself (kill -9 ${pid}; the command line is: ${commandLine(pid)}), then start again.`,
  );
}

/**
 * @param {string} pidFile a file whose first line is a process id
 * @returns {number | undefined}
 */
function readPid(pidFile) {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    return pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}
