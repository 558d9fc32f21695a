import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { errorCode } from './user-error.mjs';

/** @param {number} pid @returns {boolean} whether a process with this id is running; false for a zombie */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
  return statFields(pid)?.[0] !== 'Z';
}

/** @param {number} pid @returns {string | undefined} distinguishes it from a later process with the same id; only on Linux */
export function processStart(pid) {
  return statFields(pid)?.[19];
}

/** @param {number} pid @returns {string} empty when it cannot be read */
export function commandLine(pid) {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: 5000 });
  } catch {
    return '';
  }
}

/**
 * The fields of /proc/PID/stat, starting with the third one, the state. The second one is the command in parentheses
 * and may contain spaces and parentheses.
 *
 * @param {number} pid
 */
function statFields(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
