/**
 * Settings of an ioredis client for an unavailable Redis: a command fails instead of waiting for a connection, and after
 * our default deadline. @see https://github.com/redis/ioredis#offline-queue and `commandTimeout` in
 * https://redis.github.io/ioredis/interfaces/CommonRedisOptions.html
 */
export const failFast = { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 50 };

/**
 * Opens a connection of an ioredis version and waits for it, because without an offline queue an earlier command would
 * fail.
 *
 * @template {{ once: (event: 'ready', listener: () => void) => unknown, on: (event: 'error', listener: () => void) => unknown }} Client
 * @template Options
 * @param {new (url: string, options: Options) => Client} Version
 * @param {string} url
 * @param {Options} options
 * @returns {Promise<Client>}
 */
export async function openClient(Version, url, options) {
  const redis = new Version(url, options);
  redis.on('error', () => {});
  await new Promise((resolve) => redis.once('ready', () => resolve(undefined)));
  return redis;
}
