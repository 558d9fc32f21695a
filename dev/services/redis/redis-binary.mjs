import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { oneAtATime } from '../../setup/lock.mjs';
import { cacheFolder } from '../../setup/project.mjs';
import { step } from '../../setup/step.mjs';
import { UserError } from '../../setup/user-error.mjs';
import { canFetchFromDebian, fetchRedisFromDebian } from './redis-debian.mjs';

/** Older ones lack what the tier uses (client-side caching with BCAST, GETEX, streams). */
const oldestRedis = '6.2';

/** Where a fetched server is kept. Clones on machines of several kinds may share the folder. */
const fetchedFolder = join(cacheFolder, 'redis', `${process.platform}-${process.arch}`);

const howToGetOne =
  `Install Redis or Valkey ${oldestRedis} or newer (\`brew install valkey\`, \`dnf install valkey\`, \`apk add valkey\`), ` +
  'set REDIS_SERVER_BIN to its program, or set REDIS_URL to a running server.';

/** A program that sets itself what it needs from the environment. @typedef {{ file: string, version: string }} RedisBinary */

/**
 * Finds a Redis or Valkey server. On Debian and its relatives it fetches one if there is none, once.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<RedisBinary>}
 * @throws {UserError} when there is none
 */
export async function findOrFetchRedis(env) {
  const found = findRedis(env);
  if (found !== undefined) return found;
  if (!canFetchFromDebian())
    throw new UserError('There is no Redis or Valkey server on this machine.', howToGetOne);
  await oneAtATime(async () => {
    if (findRedis(env) === undefined)
      await step('Fetching a Redis server into .cache', () => fetchRedisFromDebian(fetchedFolder));
  });
  const fetched = findRedis(env);
  if (fetched === undefined)
    throw new UserError('The Redis server that was fetched does not run.', howToGetOne);
  return fetched;
}

/**
 * REDIS_SERVER_BIN, else PATH, else one that was fetched before.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {RedisBinary | undefined}
 * @throws {UserError} when REDIS_SERVER_BIN is not a server
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
      const problem = version === undefined ? 'is not a server that runs' : `has version ${version}`;
      throw new UserError(`REDIS_SERVER_BIN is ${named}, which ${problem}.`, howToGetOne);
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
