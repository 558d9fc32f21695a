import { createCache } from '@bookedbarber/redis-tier/cache';
import { connect, parseRedisUrl } from '@bookedbarber/redis-tier/connection';
import { eventually } from '../eventually.mjs';
import { ttlMs } from './contender.mjs';

/** @typedef {import('./contender.mjs').Open} Open */

const namespace = 'shop';

/**
 * Every entry has two tags: its namespace's and its own. Redis keeps the local tier coherent, so there is no local tier
 * without Redis.
 *
 * @type {Open}
 */
export async function openOurs({ url, prefix, tiers, longDeadline = false }) {
  const redis = connect({ server: parseRedisUrl(url), name: 'ours', commandTimeoutMs: 5000 }, () => {});
  const cache = createCache({
    redis,
    prefix,
    policies: { days: { ttlMs } },
    ...(tiers === 'remote' ? { local: false } : {}),
    ...(longDeadline ? { deadlineMs: 2000 } : {}),
  });
  const days = cache.policy('days');
  await eventually('the cache uses Redis', () => cache.ready(5000));
  if (tiers !== 'remote')
    await eventually('invalidation tracking is connected', () => cache.statistics().local.trackingConnected);
  return {
    read: async (key, load) => (await days.get({ namespace, key, tags: [key], load })).value,
    readBytes: async (key, load) => (await days.get({ namespace, key, tags: [key], load })).body,
    invalidate: (key) => cache.invalidate(namespace, [key]),
    close: async () => {
      await cache.close(0);
      redis.disconnect();
    },
  };
}
