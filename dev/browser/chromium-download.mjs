import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tailOf } from '../setup/command.mjs';
import { oneAtATime } from '../setup/lock.mjs';
import { npm } from '../setup/npm.mjs';
import { cacheFolder } from '../setup/project.mjs';
import { step } from '../setup/step.mjs';
import { UserError } from '../setup/user-error.mjs';
import { startChromium, unpackChromium } from './chromium-package.mjs';

/**
 * A headless Chromium inside an npm package (MIT), with fonts and the libraries that a slim system lacks. It is not a
 * dependency of the project, because only machines without a browser need its 67 MB. Only its files are used; none of
 * the package's code runs.
 */
const chromiumPackage = {
  name: '@sparticuz/chromium',
  version: '141.0.0',
  integrity:
    'sha512-JsTp4AqgStkqKki4dUpEM0GoisAjQhsqZ1lQTNMSKK5A9pw6BbIuIvv2HVYMYzSZGyDdQNJYBPPDg2eggCkezA==',
};

const folder = join(cacheFolder, 'chromium', chromiumPackage.version);

/**
 * Returns the Chromium in the cache folder. Downloads it first if it is missing.
 *
 * @returns {Promise<string>} the path of its executable
 * @throws {UserError} when there is no build for this platform, the download fails, or it does not start
 */
export async function fetchedChromium() {
  refuseOtherPlatforms();
  const file = join(folder, 'chromium');
  if (!existsSync(file)) await oneAtATime(fetchOnce);
  const { code, output } = await startChromium(file);
  if (code !== 0) throw new UserError(`The Chromium in ${folder} does not start:\n${tailOf(output)}`);
  return file;
}

/** Another process may have downloaded it while this one waited for the lock. */
async function fetchOnce() {
  if (existsSync(folder)) return;
  await step('Downloading Chromium into .cache for the browser tests (67 MB)', fetchChromium);
}

function refuseOtherPlatforms() {
  const { platform, arch } = process;
  if (platform !== 'linux' || arch !== 'x64')
    throw new UserError(
      `The Chromium package on npm runs only on Linux on x64. This machine is ${platform} on ${arch}.`,
    );
}

/** Unpacks into a draft folder and renames it, so that the final folder is always complete. */
async function fetchChromium() {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}.draft-`);
  try {
    const tarball = await download(join(draft, 'download'));
    checkIntegrity(tarball, chromiumPackage.integrity);
    const content = join(draft, 'content');
    await unpackChromium(tarball, join(draft, 'package'), content);
    renameSync(content, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * Downloads through npm, which applies the registry, the proxy and the credentials of the user's configuration.
 *
 * @param {string} target
 * @returns {Promise<string>} the path of the tarball
 */
async function download(target) {
  mkdirSync(target);
  const { name, version } = chromiumPackage;
  await npm(
    ['pack', `${name}@${version}`, '--pack-destination', target, '--prefer-offline', '--fetch-retries=1'],
    'Check the network and the registry that npm uses (`npm ping`), then try again.',
  );
  const [file] = readdirSync(target);
  if (file === undefined) throw new UserError(`npm pack wrote no file for the package ${name}.`);
  return join(target, file);
}

/**
 * @param {string} file
 * @param {string} integrity as in lockfiles: `sha512-` and the digest in Base64
 * @throws {UserError} when the digest of the file differs
 */
export function checkIntegrity(file, integrity) {
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (found !== integrity)
    throw new UserError(`The downloaded package has the integrity ${found} instead of ${integrity}.`);
}
