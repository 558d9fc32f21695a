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
const revision = '2';

/** The times of each class of data that follow from a configuration. */
export function policyTimes({ ttlMs }: Pick<CacheConfig, 'ttlMs'>): Record<CachePolicy, PolicyOptions> {
  return {
    default: { freshMs: ttlMs.default, agedMs: ttlMs.default, staleIfErrorMs: hourMs },
    // What is free changes by the minute: an answer past its time is worth nothing, a wrong one less.
    bookings: { freshMs: ttlMs.bookings, staleIfErrorMs: ttlMs.bookings },
    'user-data': { freshMs: ttlMs.userData, local: false },
    business: { revision, freshMs: ttlMs.business, agedMs: hourMs, staleIfErrorMs: 24 * hourMs },
    analytics: { freshMs: ttlMs.analytics, agedMs: ttlMs.analytics, staleIfErrorMs: 24 * hourMs },
    static: { revision, freshMs: ttlMs.static, agedMs: hourMs, staleIfErrorMs: 24 * hourMs },
  };
}

/** How long an answer is fresh, served aged, and kept in Redis, in ms. */
export function timingOf({ freshMs, agedMs = 0, staleIfErrorMs = 0 }: PolicyOptions) {
  return { freshMs, agedMs, keptMs: freshMs + Math.max(agedMs, staleIfErrorMs) };
}

/** Times that may be worth while, in ms: 5 and 15 minutes, 1, 4 and 12 hours, 1, 3 and 7 days. */
const ladderMs = [1 / 12, 1 / 4, 1, 4, 12, 24, 72, 168].map((hours) => hours * hourMs);

/** The times that a class of data might have instead of its own, with all that follows from them. */
export function otherTimes(policy: CachePolicy, config: CacheConfig) {
  const { of } = ttlOf[policy];
  return ladderMs
    .filter((freshMs) => freshMs >= 2 * config.ttlMs[of])
    .map((freshMs) => timingOf(policyTimes({ ttlMs: { ...config.ttlMs, [of]: freshMs } })[policy]));
}

/** The times in force, each with the others that are played on paper beside it. */
export function timesBesideOthers(config: CacheConfig): Record<CachePolicy, PolicyOptions> {
  const times = policyTimes(config);
  for (const policy of cachePolicies)
    times[policy] = {
      ...times[policy],
      whatIf: otherTimes(policy, config).map(({ freshMs, agedMs }) => ({ freshMs, agedMs })),
    };
  return times;
}
