import type { LimitOptions } from '@bookedbarber/redis-tier/limits';

/** What a request counts for, whoever makes it. */
export type RequestKind = 'default' | 'booking' | 'analytics';

/** What has limits of its own. The `address-` ones are of all that comes from one address together. */
export type LimitName = RequestKind | `address-${RequestKind}` | 'operator' | 'auth';

export type Limits = { perMinute: number; perHour: number; perDay: number };

export type LimitsByName = {
  /** Requests of one caller to all that has no limits of its own. */
  defaults: Limits;
  /** What takes a chair's time away from others. */
  booking: Limits;
  /** What makes the database read a lot. */
  analytics: Limits;
  /** Wrong credentials. */
  auth: Limits;
  /** How many times a caller's limits all callers behind one address have together, those with a session of their own. */
  addressFactor: number;
};

/** All staff, the command line and its imports come with one token. */
const operatorFactor = 10;

export function limitNames({
  defaults,
  booking,
  analytics,
  auth,
  addressFactor,
}: LimitsByName): Record<LimitName, LimitOptions> {
  return {
    default: { windows: defaults, onOutage: 'local' },
    booking: { windows: booking, onOutage: 'local' },
    analytics: { windows: analytics, onOutage: 'local' },
    'address-default': { windows: times(addressFactor, defaults), onOutage: 'local' },
    'address-booking': { windows: times(addressFactor, booking), onOutage: 'local' },
    'address-analytics': { windows: times(addressFactor, analytics), onOutage: 'local' },
    operator: { windows: times(operatorFactor, defaults), onOutage: 'local' },
    // While nobody can count wrong credentials, none are looked at.
    auth: { windows: auth, onOutage: 'closed' },
  };
}

/** No limit is above what a window can hold. */
function times(factor: number, { perMinute, perHour, perDay }: Limits): Limits {
  const most = (limit: number): number => Math.min(limit * factor, largestLimit);
  return { perMinute: most(perMinute), perHour: most(perHour), perDay: most(perDay) };
}

/** The most units that a limit can be. */
export const largestLimit = 16_000_000;

const apiPath = '/api/';

/** Health is asked for by load balancers and monitors at their own pace, and from one address for many. */
const healthRoutes = new Set(['/healthz', '/readyz', '/metrics', '/api/v1/cache/health']);

const bookingRoutes = new Set([
  '/api/v1/shops/:shop/holds',
  '/api/v1/shops/:shop/bookings',
  '/api/v1/bookings/:id/reschedule',
  '/api/v1/bookings/:id/cancel',
]);

const analyticsRoutes = new Set(['/api/v1/shops/:shop/analytics']);

/**
 * What a request counts for, or null when it has no limits: health, and everything outside the API. The pages, their
 * assets and the API's document are files that cost next to nothing, and one page view asks for many.
 *
 * `route` is the pattern of the route, undefined when none fits: an unknown address in the API counts as any other.
 */
export function kindOf(method: string, route: string | undefined, url: string): RequestKind | null {
  const path = route ?? url;
  if (!path.startsWith(apiPath) || healthRoutes.has(path)) return null;
  if (method === 'POST' && bookingRoutes.has(path)) return 'booking';
  return analyticsRoutes.has(path) ? 'analytics' : 'default';
}
