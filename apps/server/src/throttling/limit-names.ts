import type { LimitOptions } from '@bookedbarber/redis-tier/limits';

/** The kind of a request, which determines its limit. */
export type RequestKind = 'default' | 'booking' | 'analytics';

/** The `address-` limits apply to all sessions of an address together. */
export type LimitName = RequestKind | `address-${RequestKind}` | 'operator' | 'auth';

export type Limits = { perMinute: number; perHour: number; perDay: number };

export type LimitsByName = {
  /** All other requests of a client. */
  defaults: Limits;
  /** Requests that hold, book, reschedule or cancel a time. */
  booking: Limits;
  /** Reports, which load the database. */
  analytics: Limits;
  /** Requests with wrong credentials. */
  auth: Limits;
  /** The `address-` limits are the limits of a single client times this factor. */
  addressFactor: number;
};

/** All staff, the command-line tool and its imports share one token. */
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
    'address-default': { windows: multiply(addressFactor, defaults), onOutage: 'local' },
    'address-booking': { windows: multiply(addressFactor, booking), onOutage: 'local' },
    'address-analytics': { windows: multiply(addressFactor, analytics), onOutage: 'local' },
    operator: { windows: multiply(operatorFactor, defaults), onOutage: 'local' },
    // Wrong credentials are rejected with 503 while they cannot be counted.
    auth: { windows: auth, onOutage: 'fail-closed' },
  };
}

function multiply(factor: number, { perMinute, perHour, perDay }: Limits): Limits {
  const product = (limit: number): number => Math.min(limit * factor, largestLimit);
  return { perMinute: product(perMinute), perHour: product(perHour), perDay: product(perDay) };
}

/** Largest supported limit of a window, in units. */
export const largestLimit = 16_000_000;

const apiPath = '/api/';

/** Load balancers and monitors send health checks at their own rate, often many of them from one address. */
const healthRoutes = new Set(['/healthz', '/readyz', '/metrics', '/api/v1/cache/health']);

const bookingRoutes = new Set([
  '/api/v1/shops/:shop/holds',
  '/api/v1/shops/:shop/bookings',
  '/api/v1/bookings/:id/reschedule',
  '/api/v1/bookings/:id/cancel',
]);

const analyticsRoutes = new Set(['/api/v1/shops/:shop/analytics']);

/**
 * The kind of a request, or null if it is not limited: health checks and everything outside the API. Pages, assets and
 * the API document are cheap files, and one page view requests many of them.
 *
 * `route` is the pattern of the matched route, or undefined if no route matches. Unknown URLs below /api/ are limited
 * too.
 */
export function kindOf(method: string, route: string | undefined, url: string): RequestKind | null {
  const path = route ?? url;
  if (!path.startsWith(apiPath) || healthRoutes.has(path)) return null;
  if (method === 'POST' && bookingRoutes.has(path)) return 'booking';
  return analyticsRoutes.has(path) ? 'analytics' : 'default';
}
