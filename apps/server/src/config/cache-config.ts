import type { EnvReader } from '@bookedbarber/redis-tier/settings';

/** Cache TTLs in ms, by kind of data. */
export type CacheConfig = {
  enabled: boolean;
  ttlMs: {
    default: number;
    bookings: number;
    userData: number;
    business: number;
    analytics: number;
    static: number;
  };
};

const weekSeconds = 604_800;
const bounds = { least: 1, most: weekSeconds };

export function readCacheConfig(env: EnvReader): CacheConfig {
  const ttlMs = (name: string, fallbackSeconds: number): number =>
    env.integer(name, fallbackSeconds, bounds) * 1000;
  return {
    enabled: env.boolean('CACHE_ENABLED', true),
    ttlMs: {
      default: ttlMs('CACHE_TTL_DEFAULT', 300),
      bookings: ttlMs('CACHE_TTL_BOOKINGS', 60),
      userData: ttlMs('CACHE_TTL_USER_DATA', 600),
      business: ttlMs('CACHE_TTL_BUSINESS', 86_400),
      analytics: ttlMs('CACHE_TTL_ANALYTICS', 1800),
      static: ttlMs('CACHE_TTL_STATIC', 3600),
    },
  };
}
