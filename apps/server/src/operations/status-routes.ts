import { CacheTuning, ServerStatus } from '@bookedbarber/contract';
import type { App } from '../http/app-type.ts';
import { responses } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import { currentFacts } from './alerts/alert-routes.ts';
import { cacheTuning } from './cache/cache-tuning.ts';
import type { OutboxCountReader } from './messages/outbox-monitor.ts';
import { serverStatus } from './server-status.ts';

/** The server status and the TTL simulation of the cache, both summed over all processes. */
export function statusRoutes(app: App, context: Context, outbox: OutboxCountReader): void {
  const common = { tags: ['operations'] };
  const onRequest = context.operator.requireOperator;

  app.get(
    '/api/v1/status',
    {
      onRequest,
      schema: {
        operationId: 'getServerStatus',
        ...common,
        summary: 'The current state of Redis, cache, limits, messages and alerts',
        response: responses({ 200: ServerStatus }, 'unauthorized'),
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return serverStatus(context, await currentFacts(context, outbox));
    },
  );

  app.get(
    '/api/v1/cache/tuning',
    {
      onRequest,
      schema: {
        operationId: 'getCacheTuning',
        ...common,
        summary: 'Loads and entries with the current TTLs, and simulated with other TTLs',
        response: responses({ 200: CacheTuning }, 'unauthorized'),
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return cacheTuning(context);
    },
  );
}
