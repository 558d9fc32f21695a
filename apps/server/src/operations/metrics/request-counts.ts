import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../http/app-type.ts';

/** Upper bounds of the buckets, in seconds. Longer requests appear in `count` only. */
export const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export type RouteCounts = {
  method: string;
  route: string;
  /** Requests per bucket, not cumulative: at most the bucket's bound and longer than the previous bound. */
  buckets: number[];
  count: number;
  seconds: number;
};

export type RequestCounts = {
  /** Completed requests by the first digit of the status. */
  readonly byStatusClass: readonly number[];
  routes(): Iterable<RouteCounts>;
};

/**
 * Counts completed requests and their durations by route. Uses plain numbers in arrays: the counters of a metrics
 * library cost more per request than a response from the cache. Call it before registering the routes.
 */
export function countRequests(app: App): RequestCounts {
  const byStatusClass = [0, 0, 0, 0, 0, 0];
  const byRoute = new Map<string, Map<string, RouteCounts>>();

  function countsOf(method: string, route: string): RouteCounts {
    let methods = byRoute.get(route);
    if (methods === undefined) {
      methods = new Map();
      byRoute.set(route, methods);
    }
    let counts = methods.get(method);
    if (counts === undefined) {
      counts = { method, route, buckets: durationBuckets.map(() => 0), count: 0, seconds: 0 };
      methods.set(method, counts);
    }
    return counts;
  }

  app.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const statusClass = Math.floor(reply.statusCode / 100);
    byStatusClass[statusClass] = (byStatusClass[statusClass] ?? 0) + 1;
    // All requests without a route share one series, so that arbitrary paths cannot create series.
    const counts = countsOf(request.method, request.routeOptions.url ?? 'none');
    const seconds = reply.elapsedTime / 1000;
    counts.count += 1;
    counts.seconds += seconds;
    const bucket = durationBuckets.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) counts.buckets[bucket] = (counts.buckets[bucket] ?? 0) + 1;
    done();
  });

  return {
    byStatusClass,
    *routes() {
      for (const methods of byRoute.values()) yield* methods.values();
    },
  };
}
