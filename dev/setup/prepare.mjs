import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { oneAtATime } from './lock.mjs';
import { npm } from './npm.mjs';
import { cacheFolder, projectFolder, requireNodeVersion } from './project.mjs';
import { step } from './step.mjs';

/** Installs packages and builds if something has changed. */
export async function installAndBuild() {
  requireNodeVersion();
  await oneAtATime(async () => {
    await installWhenNeeded();
    await buildWhenNeeded();
  });
}

/**
 * Installs the packages in a folder's package-lock.json. npm writes node_modules/.package-lock.json after a complete
 * install. While that file is newer, there is nothing to do.
 *
 * @param {string} [folder] relative to the project folder
 */
export async function installWhenNeeded(folder = '') {
  const file = (/** @type {string} */ name) => join(projectFolder, folder, name);
  if (changedMs(file('node_modules/.package-lock.json')) >= changedMs(file('package-lock.json'))) return;
  const prefix = folder === '' ? [] : ['--prefix', folder];
  const install = ['ci', ...prefix, '--ignore-scripts', '--no-audit', '--no-fund'];
  await step(`Installing packages${folder && ` of ${folder}`}`, () => npm(install));
}

/** Builds if a source is newer than the last build or if output is missing. */
async function buildWhenNeeded() {
  const stamp = join(cacheFolder, 'last-build');
  const unbuilt = unbuiltWorkspaces();
  if (unbuilt.length === 0 && changedMs(stamp) > newestSourceMs(projectFolder)) return;
  // The compiler trusts tsconfig.tsbuildinfo and does not check that its output still exists.
  for (const folder of unbuilt) rmSync(join(projectFolder, folder, 'tsconfig.tsbuildinfo'), { force: true });
  const begin = new Date();
  await step('Building', () => npm(['run', 'build'], 'Correct the sources, then try again.'));
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(stamp, '');
  // A source that changed during the build may not be in it.
  utimesSync(stamp, begin, begin);
}

/** @returns {string[]} the workspaces without a dist folder */
export function unbuiltWorkspaces() {
  return ['packages', 'apps']
    .flatMap((part) => readdirSync(join(projectFolder, part)).map((name) => `${part}/${name}`))
    .filter((folder) => !existsSync(join(projectFolder, folder, 'dist')));
}

/** Files that a build does not read, its output, and the workspace folders, which change when it writes output. */
const ignored = /(^|\/)(node_modules|dist)(\/|$)|\.test\.tsx?$|\.tsbuildinfo$|\.md$|^[^/]+$/;

/** Includes the folders, which change when a file is removed. @param {string} folder @returns {number} in ms since 1970 */
export function newestSourceMs(folder) {
  const sources = ['packages', 'apps'].flatMap((part) =>
    readdirSync(join(folder, part), { recursive: true, encoding: 'utf8' })
      .filter((path) => !ignored.test(path))
      .map((path) => join(folder, part, path)),
  );
  const settings = ['package-lock.json', 'tsconfig.base.json'].map((name) => join(folder, name));
  return Math.max(...[...settings, ...sources].map(changedMs));
}

/** @param {string} path @returns {number} 0 when it does not exist */
function changedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
