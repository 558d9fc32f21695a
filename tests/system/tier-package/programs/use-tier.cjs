/**
 * Reads through the cache, invalidates, reads again and checks a limit. Afterwards nothing keeps the process alive.
 *
 * @param tier the package
 * @param around runs the calls that need no new connection
 * @returns the value after the invalidation, the number of loads, whether Redis was used, and whether the limit allows
 */
module.exports = async function useTier(tier, around = (work) => work()) {
  const server = tier.parseRedisUrl(process.env.REDIS_URL);
  const redis = tier.connect({ server, name: 'packed', commandTimeoutMs: 5000 }, () => {});
  const prefix = `packed-${process.pid}-${Math.random().toString(36).slice(2)}`;
  // Deadlines that only a hanging server reaches, even on a busy machine.
  const cache = tier.createCache({
    redis,
    prefix,
    policies: { menu: { ttlMs: 60_000 } },
    deadlineMs: 30_000,
  });
  const limits = { pages: { windows: { perMinute: 10 }, onOutage: 'fail-closed' } };
  const limiter = tier.createLimiter({ redis, prefix, limits, deadlineMs: 30_000 });
  if (!(await cache.ready(60_000))) throw new Error('Redis is unavailable');
  let loads = 0;
  const load = async () => {
    loads += 1;
    return loads;
  };
  const menu = () => cache.policy('menu').get({ namespace: 'corner', key: 'menu', tags: ['prices'], load });
  try {
    return await around(async () => {
      await menu();
      await menu();
      const { applied } = await cache.invalidate('corner', ['prices']);
      const { value } = await menu();
      const { allowed } = await limiter.check({ limit: 'pages', key: 'someone' });
      return `${value} ${loads} ${applied} ${allowed}`;
    });
  } finally {
    await cache.close();
    limiter.close();
    redis.disconnect();
  }
};
