import type { PolicyOptions } from '@bookedbarber/redis-tier/cache';
import type { CacheConfig } from '../config/cache-config.ts';

/** Cache policies. The CACHE_TTL_* environment variables set their TTLs. */
export const cachePolicies = ['default', 'bookings', 'user-data', 'business', 'analytics', 'static'] as const;
export type CachePolicy = (typeof cachePolicies)[number];

type Ttl = { readonly of: keyof CacheConfig['ttlMs']; readonly variable: string };

/** The configuration field and environment variable of each policy's TTL. */
export const ttlOf: Readonly<Record<CachePolicy, Ttl>> = {
  default: { of: 'default', variable: 'CACHE_TTL_DEFAULT' },
  bookings: { of: 'bookings', variable: 'CACHE_TTL_BOOKINGS' },
  'user-data': { of: 'userData', variable: 'CACHE_TTL_USER_DATA' },
  business: { of: 'business', variable: 'CACHE_TTL_BUSINESS' },
  analytics: { of: 'analytics', variable: 'CACHE_TTL_ANALYTICS' },
  static: { of: 'static', variable: 'CACHE_TTL_STATIC' },
};

const hourMs = 3_600_000;
/** Schema version of cached shop data. Version 2 added reminders to the shop policy. */
const schemaVersion = '2';

/** The options of each cache policy for a configuration. */
export function policyTimes({ ttlMs }: Pick<CacheConfig, 'ttlMs'>): Record<CachePolicy, PolicyOptions> {
  return {
    default: { ttlMs: ttlMs.default, staleWhileRevalidateMs: ttlMs.default, staleIfErrorMs: hourMs },
    // No stale-while-revalidate: free times change by the minute, so a stale value is useless.
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

/** How long a value is fresh, how long it may be served stale, and how long Redis stores it, in ms. */
export function timingOf({ ttlMs, staleWhileRevalidateMs = 0, staleIfErrorMs = 0 }: PolicyOptions) {
  return {
    ttlMs,
    staleWhileRevalidateMs,
    reportLifetimeMs: ttlMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs),
  };
}

/** Candidate TTLs to simulate, in ms: 5 and 15 minutes, 1, 4 and 12 hours, 1, 3 and 7 days. */
const candidateTtlsMs = [1 / 12, 1 / 4, 1, 4, 12, 24, 72, 168].map((hours) => hours * hourMs);

/** The timings to simulate for a policy: the candidates of at least twice its TTL. */
export function simulatedTimes(policy: CachePolicy, config: CacheConfig) {
  const { of } = ttlOf[policy];
  return candidateTtlsMs
    .filter((ttlMs) => ttlMs >= 2 * config.ttlMs[of])
    .map((ttlMs) => timingOf(policyTimes({ ttlMs: { ...config.ttlMs, [of]: ttlMs } })[policy]));
}

/** The policy options for a configuration, with the TTLs to simulate. */
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
