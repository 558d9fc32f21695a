import { type Cache, createCache } from '@bookedbarber/redis-tier';
import { createLimiter } from '@bookedbarber/redis-tier/limits';

export const cache: Cache<'menu'> = createCache({
  redis: null as never,
  policies: { menu: { ttlMs: 60_000 } },
});
export const limiter = createLimiter({
  redis: null,
  limits: { pages: { windows: { perMinute: 10 }, onOutage: 'local' } },
});
