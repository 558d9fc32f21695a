import { readFileSync, rmSync } from 'node:fs';
import { poll } from '../setup/poll.mjs';
import { commandLine, isAlive } from '../setup/processes.mjs';
import { UserError } from '../setup/user-error.mjs';

/**
 * Makes sure that no server of an earlier run still works on a folder: its watchdog may have been killed, or may be
 * stopping at this moment. Only a process whose command line names the folder is signalled. Process ids are reused: if the
 * id belongs to another program by now, the file is removed, because PostgreSQL would take that program for a server.
 *
 * @param {{ pidFile: string, folder: string, stopSignals: readonly NodeJS.Signals[], graceMs?: number }} server
 */
export async function stopLeftover({ pidFile, folder, stopSignals, graceMs = 3000 }) {
  const pid = readPid(pidFile);
  if (pid === undefined || !isAlive(pid)) return;
  const command = commandLine(pid);
  if (!command.includes(folder)) {
    if (!command.includes('postgres')) rmSync(pidFile, { force: true });
  } else if (!(await hasEnded(pid, graceMs)) && !(await endProcess(pid, stopSignals))) {
    throw new UserError(`Process ${pid} still works on ${folder} and cannot be stopped.`, `kill -9 ${pid}`);
  }
}

/**
 * @param {number} pid not a child of this process
 * @param {readonly NodeJS.Signals[]} stopSignals the gentlest first; SIGKILL follows
 * @returns {Promise<boolean>} whether it has ended
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

/** @param {number} pid @param {number} withinMs */
async function hasEnded(pid, withinMs) {
  return await poll(() => (isAlive(pid) ? undefined : true), { withinMs });
}

/** @param {string} file whose first line is a process id */
function readPid(file) {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}
