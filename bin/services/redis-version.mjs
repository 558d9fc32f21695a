import { spawnSync } from 'node:child_process';

/** The oldest server with everything that the tier uses (client-side caching with BCAST, GETEX, streams). */
export const oldestRedis = '6.2';

/**
 * @param {string} binary
 * @returns {string | undefined} undefined when it is no Redis or Valkey server, or cannot be run
 */
export function redisVersion(binary) {
  const { status, stdout } = spawnSync(binary, ['--version'], {
    encoding: 'utf8',
    timeout: 5000,
    stdio: 'pipe',
  });
  return status === 0 ? parseRedisVersion(stdout) : undefined;
}

/**
 * @param {string} text what `redis-server --version` says: `Redis server v=7.0.15 sha=...`
 * @returns {string | undefined}
 */
export function parseRedisVersion(text) {
  return /^(?:Redis|Valkey|.* server) .*?\bv=(\d+\.\d+\.\d+)/m.exec(text)?.[1];
}

/** @param {string} version */
export function isSupportedVersion(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestRedis.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
