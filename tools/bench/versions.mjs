import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchPath, projectFolder } from '../../dev/setup/project.mjs';

/** The versions of compared libraries, which are installed in this folder. @param {readonly string[]} libraries */
export const versionsOf = (libraries) =>
  Object.fromEntries(libraries.map((name) => [name, installed(join(benchPath, 'node_modules', name))]));

/** The versions of libraries of the project itself. @param {readonly string[]} libraries */
export const ownVersionsOf = (libraries) =>
  Object.fromEntries(libraries.map((name) => [name, installed(join('node_modules', name))]));

/** @param {string} folder relative to the project folder @returns {string} */
function installed(folder) {
  return JSON.parse(readFileSync(join(projectFolder, folder, 'package.json'), 'utf8')).version;
}
