import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from './user-error.mjs';

/** The folder of package.json. Paths start here, never at the current directory. */
export const projectFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Files that can be fetched or made again. Git ignores the folder. */
export const cacheFolder = join(projectFolder, '.cache');

/** Benchmarks, replays and soaks, seen from the project folder. They have a lockfile of their own. */
export const benchPath = 'tools/bench';

/** @param {string} [version] */
export function requireNodeVersion(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new UserError(
    `This is Node ${version}. BookedBarber needs Node 20.19 or newer.`,
    'Install a newer Node.',
  );
}
