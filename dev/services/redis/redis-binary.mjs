import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { oneAtATime } from '../../setup/lock.mjs';
import { cacheFolder } from '../../setup/project.mjs';
import { step } from '../../setup/step.mjs';
import { UserError } from '../../setup/user-error.mjs';
import { canFetchFromDebian, fetchRedisFromDebian } from './redis-debian.mjs';

/** Older versions lack features that the tier uses (client-side caching with BCAST, GETEX, streams). */
const oldestRedis = '6.2';

/** The folder of a downloaded server. Machines of different platforms may share one clone. */
const fetchedFolder = join(cacheFolder, 'redis', `${process.platform}-${process.arch}`);

const fix =
  `Install Redis or Valkey ${oldestRedis} or newer (\`brew install valkey\`, \`dnf install valkey\`, \`apk add valkey\`), ` +
  'set REDIS_SERVER_BIN to its program, or set REDIS_URL to a running server.';

/** @typedef {{ file: string, version: string }} RedisBinary */

/**
 * Finds a Redis or Valkey server. On Debian and its derivatives, it downloads one if there is none.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<RedisBinary>}
 * @throws {UserError} when there is none
 */
export async function findOrFetchRedis(env) {
  const found = findRedis(env);
  if (found !== undefined) return found;
  if (!canFetchFromDebian()) throw new UserError('There is no Redis or Valkey server on this machine.', fix);
  await oneAtATime(async () => {
    if (findRedis(env) === undefined)
      await step('Downloading a Redis server into .cache', () => fetchRedisFromDebian(fetchedFolder));
  });
  const fetched = findRedis(env);
  if (fetched === undefined) throw new UserError('The downloaded Redis server does not run.', fix);
  return fetched;
}

/**
 * Looks in REDIS_SERVER_BIN, otherwise in PATH, otherwise in the cache folder.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {RedisBinary | undefined}
 * @throws {UserError} when REDIS_SERVER_BIN is not a server or too old
 */
export function findRedis(env) {
  const named = env['REDIS_SERVER_BIN'];
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = ['valkey-server', 'redis-server'].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  for (const file of named ? [named] : [...onPath, join(fetchedFolder, 'redis-server')]) {
    const version = existsSync(file) ? versionOfRedis(file) : undefined;
    if (version !== undefined && isSupportedVersion(version)) return { file, version };
    if (named) {
      const problem =
        version === undefined ? 'is not a server that runs here' : `has version ${version}, which is too old`;
      throw new UserError(`REDIS_SERVER_BIN is ${named}, which ${problem}.`, fix);
    }
  }
  return undefined;
}

/** @param {string} file @returns {string | undefined} undefined when it is not a Redis or Valkey server that runs */
export function versionOfRedis(file) {
  const { status, stdout } = spawnSync(file, ['--version'], {
    encoding: 'utf8',
    timeout: 5000,
    stdio: 'pipe',
  });
  return status === 0 ? /^(?:Redis|Valkey|.* server) .*?\bv=(\d+\.\d+\.\d+)/m.exec(stdout)?.[1] : undefined;
}

/** @param {string} version */
function isSupportedVersion(version) {
  return version.localeCompare(oldestRedis, 'en', { numeric: true }) >= 0;
}
