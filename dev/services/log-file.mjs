import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { tailOf } from '../setup/command.mjs';

/** Above this size a log is put aside at the next start, and the one put aside before it goes. */
const largestLogBytes = 5_000_000;

/**
 * Opens a log for a child to write to. Only its owner can read it.
 *
 * @param {string} file
 * @returns {{ fd: number, close: () => void }} close it when the child has been started
 */
export function logFile(file) {
  mkdirSync(dirname(file), { recursive: true });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > largestLogBytes) renameSync(file, `${file}.1`);
  const fd = openSync(file, 'a', 0o600);
  return { fd, close: () => closeSync(fd) };
}

/**
 * @param {string} file
 * @param {{ fromByte?: number }} [part] where the words of this run begin
 * @returns {string} its last lines, indented, for an error message
 */
export function tailOfFile(file, { fromByte = 0 } = {}) {
  try {
    return tailOf(readFileSync(file).subarray(fromByte).toString('utf8').trim() || '(none)');
  } catch {
    return tailOf('(no log)');
  }
}
