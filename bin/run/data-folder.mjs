import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from '../setup/lock.mjs';
import { UserError } from '../setup/trouble.mjs';

/**
 * The folder of one instance: its databases, its secrets, its logs. One `npm start` works on it at a time.
 *
 * @typedef {object} DataFolder
 * @property {string} path
 * @property {string} secretsFile
 * @property {boolean} recovered the start before this one did not end in order
 * @property {(name: string) => string} log
 * @property {(instance: Instance) => void} announce
 * @property {() => void} close
 */

/**
 * What others may know of a running instance; the command `bookedbarber` finds it here. No secrets.
 *
 * @typedef {object} Instance
 * @property {string} url
 * @property {number} pid
 * @property {string} database
 * @property {string | null} redis
 * @property {string} startedAt
 */

/**
 * @param {string} path
 * @param {{ url: string }} facts for whoever finds it taken
 * @returns {DataFolder}
 */
export function openDataFolder(path, { url }) {
  mkdirSync(path, { recursive: true });
  const lock = takeLock(join(path, 'start.lock'), { url });
  if ('heldBy' in lock) {
    const { pid, url: other } = lock.heldBy;
    throw new UserError(
      `BookedBarber is already running on this data folder: process ${pid}${other === undefined ? '' : `, ${other}`}`,
      `Stop it with Ctrl-C in its terminal or \`kill ${pid}\`, or run a second one with a folder and a port of its own:\n` +
        '  BOOKEDBARBER_DATA=.data-second PORT=3001 npm start',
    );
  }
  const instanceFile = join(path, 'instance.json');
  rmSync(instanceFile, { force: true });
  return {
    path,
    secretsFile: join(path, 'secrets.json'),
    recovered: lock.tookOver,
    log: (name) => join(path, 'logs', `${name}.log`),
    announce: (instance) => writeFileAtomic(instanceFile, instance, 0o644),
    close: () => {
      rmSync(instanceFile, { force: true });
      lock.release();
    },
  };
}

/**
 * @param {string} file
 * @returns {Record<string, string>} empty when there is no such file
 */
export function readJsonFile(file) {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(
      `${file} cannot be read.`,
      'Mend it, or stop everything and remove the data folder.',
      error,
    );
  }
}

/**
 * A reader finds the old content or the new one, never a part.
 *
 * @param {string} file
 * @param {object} content
 * @param {number} mode
 */
export function writeFileAtomic(file, content, mode) {
  const draft = `${file}.draft`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode });
  chmodSync(draft, mode);
  renameSync(draft, file);
}
