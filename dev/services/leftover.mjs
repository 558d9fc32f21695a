import { readFileSync, rmSync } from 'node:fs';
import { poll } from '../setup/poll.mjs';
import { commandLine, isAlive } from '../setup/processes.mjs';
import { UserError } from '../setup/user-error.mjs';

/**
 * Stops a server of an earlier run that still uses a folder, because its watchdog was killed or is still stopping it.
 * It signals only a process whose command line contains the folder. Process ids are reused: if the id now belongs to
 * another program, it removes the pid file, because PostgreSQL would mistake that program for a running server.
 *
 * @param {{ pidFile: string, folder: string, stopSignals: readonly NodeJS.Signals[], graceMs?: number }} server graceMs:
 *   how long to wait for its watchdog first, default 3000
 * @throws {UserError} when the server cannot be stopped
 */
export async function stopLeftover({ pidFile, folder, stopSignals, graceMs = 3000 }) {
  const pid = readPid(pidFile);
  if (pid === undefined || !isAlive(pid)) return;
  const command = commandLine(pid);
  if (!command.includes(folder)) {
    if (!command.includes('postgres')) rmSync(pidFile, { force: true });
  } else if (!(await hasEnded(pid, graceMs)) && !(await endProcess(pid, stopSignals))) {
    throw new UserError(`Process ${pid} still uses ${folder} and cannot be stopped.`, `kill -9 ${pid}`);
  }
}

/**
 * @param {number} pid not a child of this process
 * @param {readonly NodeJS.Signals[]} stopSignals sent in this order, each with 10 s to take effect; SIGKILL follows
 * @returns {Promise<boolean>} whether it has exited
 */
export async function endProcess(pid, stopSignals) {
  for (const signal of [...stopSignals, /** @type {const} */ ('SIGKILL')]) {
    try {
      process.kill(pid, signal);
    } catch {
      return !isAlive(pid);
    }
    if (await hasEnded(pid, 10_000)) return true;
  }
  return false;
}

/** @param {number} pid @param {number} timeoutMs */
async function hasEnded(pid, timeoutMs) {
  return await poll(() => (isAlive(pid) ? undefined : true), { timeoutMs });
}

/** @param {string} file its first line is a process id */
function readPid(file) {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}
