import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. Every path of these scripts starts here, never at the current directory. */
export const projectFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What can be fetched or made again. Git ignores it. */
export const cacheFolder = join(projectFolder, '.cache');

/** What a running instance keeps when nothing else is said. Git ignores it. */
export const defaultDataFolder = join(projectFolder, '.data');

/**
 * @param {string | Buffer} content
 * @returns {string}
 */
export function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}
