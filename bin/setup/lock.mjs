import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, processStart } from './processes.mjs';
import { errorCode } from './trouble.mjs';

/**
 * @typedef {object} LockHolder
 * @property {number} pid
 * @property {string} [start] tells this process from a later one with the same id
 * @property {string} [url] what it serves, for the message to whoever finds the lock
 */

/**
 * Takes a lock that lives as long as this process: the lock of a process that was killed is taken over.
 *
 * @param {string} file
 * @param {{ url?: string }} [facts]
 * @returns {{ release: () => void, tookOver: boolean } | { heldBy: LockHolder }}
 */
export function takeLock(file, facts = {}) {
  const start = processStart(process.pid);
  const mine = JSON.stringify({ pid: process.pid, ...(start === undefined ? {} : { start }), ...facts });
  let tookOver = false;
  for (;;) {
    if (create(file, mine)) return { release: () => release(file, mine), tookOver };
    const found = read(file);
    if (found === undefined) continue;
    const lockHolder = parse(found);
    if (lockHolder !== undefined && isHeld(lockHolder)) return { heldBy: lockHolder };
    tookOver = removeStale(file, found) || tookOver;
  }
}

/**
 * The file appears with its content in one step, so nobody ever reads half a lock.
 *
 * @param {string} file
 * @param {string} content
 */
function create(file, content) {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, content);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Two processes may find the same stale lock, and the slower one may catch the new lock of the faster one. So what
 * was caught is compared with what was found, and a lock that is not the stale one goes back.
 *
 * @param {string} file
 * @param {string} stale
 */
function removeStale(file, stale) {
  const caught = `${file}.${randomUUID()}`;
  try {
    renameSync(file, caught);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return false;
  }
  const content = read(caught);
  if (content !== stale && content !== undefined) create(file, content);
  rmSync(caught, { force: true });
  return content === stale;
}

/**
 * @param {string} file
 * @param {string} mine
 */
function release(file, mine) {
  if (read(file) === mine) rmSync(file, { force: true });
}

/** @param {LockHolder} lockHolder */
function isHeld({ pid, start }) {
  return isAlive(pid) && (start === undefined || processStart(pid) === start);
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return undefined;
  }
}

/**
 * @param {string} text
 * @returns {LockHolder | undefined}
 */
function parse(text) {
  try {
    const lockHolder = JSON.parse(text);
    return Number.isInteger(lockHolder?.pid) ? lockHolder : undefined;
  } catch {
    return undefined;
  }
}
