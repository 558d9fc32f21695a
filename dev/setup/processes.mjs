import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { errorCode } from './trouble.mjs';

/**
 * @param {number} pid
 * @returns {boolean} whether a process has this id (also one that we may not signal)
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
  return !isZombie(pid);
}

/**
 * A process id is used again after its owner has ended, so that an id alone identifies nothing. The id
 * and the start time together do.
 *
 * @param {number} pid
 * @returns {string | undefined} a text that stays the same while the process lives
 */
export function processStart(pid) {
  if (process.platform === 'linux') return statFields(pid)?.[19];
  return ps(pid, 'lstart=');
}

/**
 * @param {number} pid
 * @returns {string} the command line of a process, empty when it cannot be read
 */
export function commandLine(pid) {
  if (process.platform !== 'linux') return ps(pid, 'command=') ?? '';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** @param {number} pid */
function isZombie(pid) {
  return process.platform === 'linux' && statFields(pid)?.[0] === 'Z';
}

/**
 * The second field of /proc/PID/stat is the command in parentheses and may hold spaces and parentheses
 * itself, so the fields are counted from the last one. The first of them is the state.
 *
 * @param {number} pid
 * @returns {string[] | undefined}
 */
function statFields(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/**
 * @param {number} pid
 * @param {string} format
 * @returns {string | undefined}
 */
function ps(pid, format) {
  try {
    return execFileSync('ps', ['-o', format, '-p', String(pid)], { encoding: 'utf8', timeout: 5000 }).trim();
  } catch {
    return undefined;
  }
}
