import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} output what dependency-cruiser says at its end: `no dependency violations found (123 modules, ...)`
 * @returns {number | undefined}
 */
export function checkedModuleCount(output) {
  const found = /\((\d+) modules?, \d+ dependenc/.exec(output)?.[1];
  return found === undefined ? undefined : Number(found);
}

/**
 * @param {string} folder the project
 * @returns {number} how many source files the workspaces have, tests not counted
 */
export function sourceModules(folder) {
  return ['apps', 'packages']
    .flatMap((part) => readdirSync(join(folder, part)).map((name) => join(folder, part, name, 'src')))
    .reduce((count, sources) => count + countBelow(sources), 0);
}

/**
 * @param {string} folder
 * @returns {number}
 */
function countBelow(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true }).filter(
      (entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/(\.test\.tsx?|\.d\.ts)$/.test(entry.name),
    ).length;
  } catch {
    return 0;
  }
}
