import type { PolicyOptions } from '@bookedbarber/redis-tier/cache';
import type { CacheConfig } from '../config/cache-config.ts';

/** Classes of cached data; their times are the CACHE_TTL_* of the environment. */
export const cachePolicies = ['default', 'bookings', 'user-data', 'business', 'analytics', 'static'] as const;
export type CachePolicy = (typeof cachePolicies)[number];

type Ttl = { readonly of: keyof CacheConfig['ttlMs']; readonly variable: string };

/** Where the time of each is set. */
export const ttlOf: Readonly<Record<CachePolicy, Ttl>> = {
  default: { of: 'default', variable: 'CACHE_TTL_DEFAULT' },
  bookings: { of: 'bookings', variable: 'CACHE_TTL_BOOKINGS' },
  'user-data': { of: 'userData', variable: 'CACHE_TTL_USER_DATA' },
  business: { of: 'business', variable: 'CACHE_TTL_BUSINESS' },
  analytics: { of: 'analytics', variable: 'CACHE_TTL_ANALYTICS' },
  static: { of: 'static', variable: 'CACHE_TTL_STATIC' },
};

const hourMs = 3_600_000;
/** Of what is kept of shops: 2 since their policy says when clients are reminded. */
const schemaVersion = '2';

/** The times of each class of data that follow from a configuration. */
export function policyTimes({ ttlMs }: Pick<CacheConfig, 'ttlMs'>): Record<CachePolicy, PolicyOptions> {
  return {
    default: { ttlMs: ttlMs.default, staleWhileRevalidateMs: ttlMs.default, staleIfErrorMs: hourMs },
    // What is free changes by the minute: an answer past its time is worth nothing, a wrong one less.
    bookings: { ttlMs: ttlMs.bookings, staleIfErrorMs: ttlMs.bookings },
    'user-data': { ttlMs: ttlMs.userData, local: false },
    business: {
      schemaVersion,
      ttlMs: ttlMs.business,
      staleWhileRevalidateMs: hourMs,
      staleIfErrorMs: 24 * hourMs,
    },
    analytics: {
      ttlMs: ttlMs.analytics,
      staleWhileRevalidateMs: ttlMs.analytics,
      staleIfErrorMs: 24 * hourMs,
    },
    static: {
      schemaVersion,
      ttlMs: ttlMs.static,
      staleWhileRevalidateMs: hourMs,
      staleIfErrorMs: 24 * hourMs,
    },
  };
}

/** How long an answer is fresh, served aged, and kept in Redis, in ms. */
export function timingOf({ ttlMs, staleWhileRevalidateMs = 0, staleIfErrorMs = 0 }: PolicyOptions) {
  return {
    ttlMs,
    staleWhileRevalidateMs,
    reportLifetimeMs: ttlMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs),
  };
}

/** Times that may be worth while, in ms: 5 and 15 minutes, 1, 4 and 12 hours, 1, 3 and 7 days. */
const ladderMs = [1 / 12, 1 / 4, 1, 4, 12, 24, 72, 168].map((hours) => hours * hourMs);

/** The times that a class of data might have instead of its own, with all that follows from them. */
export function simulatedTimes(policy: CachePolicy, config: CacheConfig) {
  const { of } = ttlOf[policy];
  return ladderMs
    .filter((ttlMs) => ttlMs >= 2 * config.ttlMs[of])
    .map((ttlMs) => timingOf(policyTimes({ ttlMs: { ...config.ttlMs, [of]: ttlMs } })[policy]));
}

/** The times in force, each with the others that are played on paper beside it. */
export function policyTimesWithSimulations(config: CacheConfig): Record<CachePolicy, PolicyOptions> {
  const times = policyTimes(config);
  for (const policy of cachePolicies)
    times[policy] = {
      ...times[policy],
      ttlSimulations: simulatedTimes(policy, config).map(({ ttlMs, staleWhileRevalidateMs }) => ({
        ttlMs,
        staleWhileRevalidateMs,
      })),
    };
  return times;
}
