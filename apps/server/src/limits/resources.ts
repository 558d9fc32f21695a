import type { ResourceOptions } from '@bookedbarber/redis-tier/limits';

/** What has limits of its own. */
export type LimitedResource = 'default' | 'booking' | 'analytics' | 'operator' | 'auth';

export type DefaultLimits = { perMinute: number; perHour: number; perDay: number };

/** `defaults`: requests of one subject to all that has no limits of its own. */
export function limitedResources(defaults: DefaultLimits): Record<LimitedResource, ResourceOptions> {
  return {
    default: { windows: defaults, onOutage: 'local' },
    // What takes a chair's time away from others.
    booking: { windows: { perMinute: 20, perHour: 200, perDay: 1000 }, onOutage: 'local' },
    // What makes the database read a lot.
    analytics: { windows: { perMinute: 30, perHour: 500, perDay: 5000 }, onOutage: 'local' },
    // All staff, the command line and its imports come with one token: ten times what one caller has.
    operator: { windows: tenTimes(defaults), onOutage: 'local' },
    // Wrong credentials. While nobody can count them, none are looked at.
    auth: { windows: { perMinute: 5, perHour: 20, perDay: 100 }, onOutage: 'closed' },
  };
}

function tenTimes({ perMinute, perHour, perDay }: DefaultLimits): DefaultLimits {
  return { perMinute: perMinute * 10, perHour: perHour * 10, perDay: perDay * 10 };
}

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
 * The resource that a request counts for, or null when it has no limits: health, and everything outside the API. The
 * pages, their assets and the API's document are files that cost next to nothing, and one page view asks for many.
 *
 * `route` is the pattern of the route, undefined when none fits: an unknown address in the API counts as any other.
 */
export function resourceOf(method: string, route: string | undefined, url: string): LimitedResource | null {
  const path = route ?? url;
  if (!path.startsWith(apiPath) || healthRoutes.has(path)) return null;
  if (method === 'POST' && bookingRoutes.has(path)) return 'booking';
  return analyticsRoutes.has(path) ? 'analytics' : 'default';
}
