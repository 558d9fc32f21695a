import { CacheHealth, Liveness, Readiness } from '@bookedbarber/contract';
import { sql } from 'kysely';
import type { App } from '../http/app-type.ts';
import { problem } from '../http/problem.ts';
import { responses } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';

/** Liveness, readiness and the health of Redis. */
export function operationsRoutes(app: App, { db, redisHealth, load, shedding, timing }: Context): void {
  app.get(
    '/healthz',
    {
      schema: {
        operationId: 'getLiveness',
        tags: ['operations'],
        summary: 'Whether the process is alive',
        response: responses({ 200: Liveness }),
      },
    },
    () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'getReadiness',
        tags: ['operations'],
        summary: 'Whether the server can serve requests',
        response: responses({ 200: Readiness }, 'overloaded'),
      },
    },
    async () => {
      const { level } = load.now();
      // At this level even bookings are rejected: the load balancer should route requests to other processes.
      if (shedding !== null && level === 'full') throw problem('overloaded');
      try {
        await within(timing.readyWithinMs, sql`SELECT 1`.execute(db));
      } catch {
        throw problem('unavailable', 'The database does not respond.');
      }
      return { status: 'ready' as const, load: level };
    },
  );

  app.get(
    '/api/v1/cache/health',
    {
      schema: {
        operationId: 'getCacheHealth',
        tags: ['operations'],
        summary: 'The health of Redis',
        response: responses({ 200: CacheHealth }),
      },
    },
    (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return redisHealth.report();
    },
  );
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no response within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
