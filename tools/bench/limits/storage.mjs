import { Redis } from '../../../dev/services/redis/redis-client.mjs';
import { checkScriptSource } from '../../../packages/redis-tier/dist/limits/check/check-script.js';
import { toScript } from '../../../packages/redis-tier/dist/limits/check/run-script.js';
import { callCheckScript } from '../../../packages/redis-tier/dist/limits/check/script-call.js';
import { limitKeyDigest, limitRedisKey } from '../../../packages/redis-tier/dist/limits/local/key-states.js';
import { subBuckets, toWindows } from '../../../packages/redis-tier/dist/limits/windows.js';

/**
 * The memory of all Redis keys with a prefix (MEMORY USAGE), without the list of processes, which all limit keys share.
 *
 * @param {Redis} redis
 * @param {string} prefix
 */
export async function bytesOf(redis, prefix) {
  const keys = (await redis.keys(`${prefix}:*`)).filter((key) => !key.endsWith(':r:fleet'));
  const sizes = await Promise.all(keys.map((key) => redis.memory('USAGE', key)));
  return sizes.reduce((/** @type {number} */ sum, size) => sum + (size ?? 0), 0);
}

/**
 * Fills every sub-bucket of every window of one of our limit keys, by consuming units with past timestamps.
 *
 * @param {Redis} redis
 * @param {string} prefix
 * @param {readonly import('./contenders/contender.mjs').WindowLimit[]} limits
 */
export async function fillOurs(redis, prefix, limits) {
  const windows = toWindows(limits);
  const key = limitRedisKey(prefix, limitKeyDigest('full'), 'all');
  const script = toScript(checkScriptSource());
  const ages = windows
    .flatMap(({ tickMs }) => Array.from({ length: subBuckets + 1 }, (_, tick) => tick * tickMs))
    .sort((a, b) => b - a);
  for (const ageMs of ages)
    await callCheckScript(redis, script, [{ redisKey: key, windows, cost: 1, ageMs }]);
}
