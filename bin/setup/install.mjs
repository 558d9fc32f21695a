import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';
import { projectFolder, sha256 } from './project.mjs';
import { step } from './steps.mjs';
import { errorCode } from './trouble.mjs';

const lockFile = join(projectFolder, 'package-lock.json');
/** npm's own note of what it has installed. */
const installedFile = join(projectFolder, 'node_modules/.package-lock.json');
/** Our note of the lockfile that node_modules was last seen to agree with. */
const stampFile = join(projectFolder, 'node_modules/.bookedbarber-lock');

/** Installs the packages of package-lock.json when node_modules does not agree with it. */
export async function installWhenNeeded() {
  const lock = readFileSync(lockFile, 'utf8');
  const stamp = sha256(`${process.platform}-${process.arch}\n${lock}`);
  if (readIfThere(stampFile) === stamp && existsSync(installedFile)) return;
  if (!isInstalled(lock, readIfThere(installedFile))) {
    await step('Installing packages', () =>
      npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
        timeoutMs: 15 * 60_000,
        remediation: 'Check the network and the registry that npm uses (`npm ping`), then try again.',
      }),
    );
  }
  writeFileSync(stampFile, stamp);
}

/**
 * Whether a person's own `npm install` or `npm ci` has already brought everything: then it is not done again.
 * Optional packages do not count, since npm leaves out those of other platforms.
 *
 * @param {string} lock the text of package-lock.json
 * @param {string | undefined} installed the text of node_modules/.package-lock.json
 */
export function isInstalled(lock, installed) {
  if (installed === undefined) return false;
  const wanted = packagesOf(lock);
  const there = packagesOf(installed);
  return Object.entries(wanted).every(([path, { version, link, optional, devOptional }]) => {
    if (!path.includes('node_modules/') || optional === true || devOptional === true) return true;
    const found = there[path];
    return found !== undefined && (link === true ? found.link === true : found.version === version);
  });
}

/** @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean }} LockedPackage */

/**
 * @param {string} text
 * @returns {Record<string, LockedPackage>}
 */
function packagesOf(text) {
  return JSON.parse(text).packages ?? {};
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return undefined;
  }
}
