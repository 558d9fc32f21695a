/** Resolves when the connection is ready. Later errors reject the commands. @param {import('../../../dev/services/redis/redis-client.mjs').Redis} redis */
export async function ready(redis) {
  redis.on('error', () => {});
  if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', () => resolve(undefined)));
}
