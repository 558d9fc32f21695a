import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { poll } from './poll.mjs';
import { isAlive, processStart } from './processes.mjs';
import { cacheFolder } from './project.mjs';
import { errorCode, UserError } from './user-error.mjs';

/** `start` distinguishes the process from a later one with the same id. @typedef {{ pid: number, start?: string, url?: string }} LockHolder */

/**
 * Takes a lock file for the lifetime of this process. The lock of a process that no longer runs is taken over.
 *
 * @param {string} file
 * @param {{ url?: string }} [facts] written into the file, for the error message of another process
 * @returns {{ release: () => void, tookOver: boolean } | { heldBy: LockHolder }}
 */
export function takeLock(file, facts = {}) {
  const mine = JSON.stringify({ pid: process.pid, start: processStart(process.pid), ...facts });
  mkdirSync(dirname(file), { recursive: true });
  let tookOver = false;
  for (;;) {
    if (createWhole(file, mine)) return { tookOver, release: () => rmSync(file, { force: true }) };
    const lockHolder = readHolder(file);
    if (lockHolder && isAlive(lockHolder.pid) && processStart(lockHolder.pid) === lockHolder.start)
      return { heldBy: lockHolder };
    tookOver = true;
    rmSync(file, { force: true });
  }
}

/**
 * Prevents two commands on the same clone, such as `npm start` and `npm test`, from installing or building at the same
 * time. The second one waits for up to 15 minutes.
 *
 * @param {() => Promise<void>} work
 */
export async function oneAtATime(work) {
  const file = join(cacheFolder, 'setup.lock');
  let announced = false;
  const take = () => {
    const lock = takeLock(file);
    if (!('heldBy' in lock)) return lock;
    if (!announced)
      process.stdout.write(`Waiting for process ${lock.heldBy.pid}, which is installing or building\n`);
    announced = true;
    return undefined;
  };
  const lock = await poll(take, { timeoutMs: 15 * 60_000, everyMs: 250 });
  if (lock === undefined)
    throw new UserError('Another process has been installing or building for 15 minutes.');
  try {
    await work();
  } finally {
    lock.release();
  }
}

/** Creates the file with its content atomically. @param {string} file @param {string} content */
function createWhole(file, content) {
  const draft = `${file}.${process.pid}`;
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

/** @param {string} file @returns {LockHolder | undefined} undefined when the file was just removed or is damaged */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
