import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from './user-error.mjs';

/** The folder of package.json. All paths are relative to it, never to the current directory. */
export const projectFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Files that can be downloaded or generated again. Git ignores the folder. */
export const cacheFolder = join(projectFolder, '.cache');

/** The benchmarks, replays and soaks, relative to the project folder. They have their own lockfile. */
export const benchPath = 'tools/bench';

/** @param {string} [version] */
export function requireNodeVersion(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new UserError(
    `BookedBarber requires Node 20.19 or newer. This is Node ${version}.`,
    'Install a newer Node.',
  );
}
