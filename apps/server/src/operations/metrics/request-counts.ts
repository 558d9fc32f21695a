import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../http/app-type.ts';

/** Upper bounds of the buckets, in seconds: what lies above the last is counted in all alone. */
export const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export type RouteCounts = {
  method: string;
  route: string;
  /** Requests that took as long as the bucket's bound or less and longer than the bound before. */
  buckets: number[];
  count: number;
  seconds: number;
};

export type RequestCounts = {
  /** Requests answered, by the first digit of the status. */
  readonly byStatusClass: readonly number[];
  routes(): Iterable<RouteCounts>;
};

/**
 * Counts what is answered, and how long each route took. Plain numbers in arrays: a metrics library's own counters cost
 * more for each request than an answer from the cache. Register it before the routes.
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
    // What fits no route is one: addresses that people make up must not make series.
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
