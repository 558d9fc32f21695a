import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { tailOf } from '../setup/command.mjs';

/** Opens a log file for the output of a child. Only its owner can read it. @param {string} file */
export function logFile(file) {
  mkdirSync(dirname(file), { recursive: true });
  const fd = openSync(file, 'a', 0o600);
  return { fd, close: () => closeSync(fd) };
}

/** @param {string} file @returns {string} its last lines, indented, for an error message */
export function tailOfFile(file) {
  try {
    return tailOf(readFileSync(file, 'utf8').trim() || '(empty)');
  } catch {
    return tailOf('(no log)');
  }
}
