import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from '../setup/project.mjs';
import { UserError } from '../setup/trouble.mjs';
import { canFetchDebianPackages } from './apt.mjs';
import { offerRedisInstall } from './redis-by-person.mjs';
import { fetchRedisFromDebian } from './redis-from-debian.mjs';
import { isSupportedVersion, oldestRedis, redisVersion } from './redis-version.mjs';

/**
 * @typedef {object} RedisBinary
 * @property {string} file it can be run as it is: what it needs from the environment, it sets itself
 * @property {string} version
 */

/** Where a fetched server is kept, beside what belongs to other kinds of machine. */
const fetchedFolder = join(cacheFolder, 'redis', `${process.platform}-${process.arch}`);

/**
 * Looks for a Redis or Valkey server that is already here.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {RedisBinary | undefined}
 * @throws {UserError} when REDIS_SERVER_BIN names something else than a server
 */
export function findRedisBinary(env) {
  const named = env['REDIS_SERVER_BIN'];
  if (named !== undefined && named !== '') return namedBinary(named);
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = ['valkey-server', 'redis-server'].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  for (const file of [...onPath, join(fetchedFolder, 'redis-server')]) {
    if (!isExecutable(file)) continue;
    const version = redisVersion(file);
    if (version !== undefined && isSupportedVersion(version)) return { file, version };
  }
  return undefined;
}

/**
 * Gets a server for a machine that has none: once, into the project's cache folder where that is possible.
 *
 * @param {{ env: NodeJS.ProcessEnv, mayPrompt: boolean }} options `mayPrompt`: a person sits at the terminal
 * @returns {Promise<RedisBinary>}
 * @throws {UserError} when none can be had; its text says why and what the person can do
 */
export async function fetchRedisBinary({ env, mayPrompt }) {
  if (canFetchDebianPackages()) {
    await fetchRedisFromDebian(fetchedFolder);
  } else if (!(mayPrompt && (await offerRedisInstall()))) {
    throw new UserError('There is no Redis or Valkey server on this machine.', howToGetOne);
  }
  const found = findRedisBinary(env);
  if (found === undefined)
    throw new UserError('The Redis server that was fetched does not run.', howToGetOne);
  return found;
}

/** The mend of every failure to find a server. */
const howToGetOne = `Install Redis or Valkey ${oldestRedis} or newer, or set REDIS_SERVER_BIN to its program, or REDIS_URL to a running server.`;

/**
 * @param {string} file
 * @returns {RedisBinary}
 */
function namedBinary(file) {
  if (!existsSync(file))
    throw new UserError(`REDIS_SERVER_BIN is ${file}, which does not exist.`, howToGetOne);
  const version = redisVersion(file);
  if (version === undefined) {
    throw new UserError(
      `REDIS_SERVER_BIN is ${file}, which does not run as a Redis or Valkey server.`,
      howToGetOne,
    );
  }
  if (!isSupportedVersion(version)) {
    throw new UserError(`REDIS_SERVER_BIN is ${file}, version ${version}: too old.`, howToGetOne);
  }
  return { file, version };
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
