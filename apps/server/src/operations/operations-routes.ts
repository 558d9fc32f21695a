import { CacheHealth, Liveness, Readiness } from '@bookedbarber/contract';
import { sql } from 'kysely';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { problem } from '../problem.ts';

/** Whether the process lives, whether it can serve, and how Redis fares. */
export function operationsRoutes(app: App, { db, redisHealth, load, shedding, timing }: Context): void {
  app.get(
    '/healthz',
    { schema: { tags: ['operations'], summary: 'The process answers', response: { 200: Liveness } } },
    () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    { schema: { tags: ['operations'], summary: 'Requests can be served', response: { 200: Readiness } } },
    async () => {
      const { level } = load.now();
      // Then bookings are turned away too: whoever shares the work out should send it elsewhere.
      if (shedding !== null && level === 'full') throw problem('overloaded');
      try {
        await within(timing.readyWithinMs, sql`SELECT 1`.execute(db));
      } catch {
        throw problem('unavailable', 'The database does not answer.');
      }
      return { status: 'ready' as const, load: level };
    },
  );

  app.get(
    '/api/v1/cache/health',
    { schema: { tags: ['operations'], summary: 'How Redis fares', response: { 200: CacheHealth } } },
    (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return redisHealth.report();
    },
  );
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
