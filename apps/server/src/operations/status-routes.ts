import { CacheTuning, ServerStatus } from '@bookedbarber/contract';
import type { App } from '../http/app-type.ts';
import { answers } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import { presentFacts } from './alerts/alert-routes.ts';
import { cacheTuning } from './cache/cache-tuning.ts';
import type { OutboxCountReader } from './messages/outbox-monitor.ts';
import { serverStatus } from './server-status.ts';

/** The whole installation at a glance, and what its cache's times are worth. Sums over all processes. */
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
        summary: 'What the installation does at this moment: Redis, cache, limits, messages, alerts',
        response: answers({ 200: ServerStatus }, 'unauthorized'),
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return serverStatus(context, await presentFacts(context, outbox));
    },
  );

  app.get(
    '/api/v1/cache/tuning',
    {
      onRequest,
      schema: {
        operationId: 'getCacheTuning',
        ...common,
        summary: 'What the times of cached data have come to, and what others would have',
        response: answers({ 200: CacheTuning }, 'unauthorized'),
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return cacheTuning(context);
    },
  );
}
