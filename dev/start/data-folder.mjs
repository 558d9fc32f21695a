import { mkdirSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from '../setup/lock.mjs';
import { UserError } from '../setup/user-error.mjs';

/** @typedef {ReturnType<typeof openDataFolder>} DataFolder */

/**
 * Opens the folder of an instance: its databases, secrets and logs. Only one `npm start` can use it at a time.
 *
 * @param {{ dataFolder: string, url: string }} settings
 * @throws {UserError} when another process uses it
 */
export function openDataFolder({ dataFolder, url }) {
  mkdirSync(dataFolder, { recursive: true });
  // The canonical path: stopLeftover recognizes the servers of an earlier start by it.
  const path = realpathSync(dataFolder);
  const lock = takeLock(join(path, 'start.lock'), { url });
  if ('heldBy' in lock) {
    const { pid, url: other } = lock.heldBy;
    throw new UserError(
      `BookedBarber is already running on this data folder: process ${pid}, ${other}`,
      `Stop it with Ctrl-C in its terminal or \`kill ${pid}\`, or start a second one with another folder and port:\n` +
        '  BOOKEDBARBER_DATA=.data-second PORT=3001 npm start',
    );
  }
  const logs = join(path, 'logs');
  rotateLogs(logs);
  const instanceFile = join(path, 'instance.json');
  rmSync(instanceFile, { force: true });
  return {
    path,
    /** Whether the previous start was killed. */
    recovered: lock.tookOver,
    log: (/** @type {string} */ name) => join(logs, `${name}.log`),
    /**
     * Writes the file by which the command `bookedbarber` finds a running instance. It contains no secrets.
     *
     * @param {{ url: string, database: string, redis: string | null }} addresses
     */
    announce(addresses) {
      writeFileAtomic(
        instanceFile,
        { ...addresses, pid: process.pid, startedAt: new Date().toISOString() },
        0o644,
      );
    },
    close() {
      rmSync(instanceFile, { force: true });
      lock.release();
    },
  };
}

/** Every start writes new logs. Those of the previous start are renamed to *.log.old. @param {string} folder */
function rotateLogs(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.log')))
    renameSync(join(folder, name), join(folder, `${name}.old`));
}

/** Replaces the file atomically. @param {string} file @param {object} content @param {number} mode */
export function writeFileAtomic(file, content, mode) {
  const draft = `${file}.draft`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode });
  renameSync(draft, file);
}
