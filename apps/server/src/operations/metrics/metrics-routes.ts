import { Type } from 'typebox';
import type { App } from '../../http/app-type.ts';
import { responses } from '../../http/route-schemas.ts';
import type { Context } from '../../main/context.ts';
import type { OutboxCountReader } from '../messages/outbox-monitor.ts';
import { isPrivateNetwork } from '../private-network.ts';
import { metricFamilies } from './metric-families.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import type { RequestCounts } from './request-counts.ts';

/**
 * Metrics for Prometheus. They are set up at the first scrape, so that an installation without scrapes has no
 * overhead.
 */
export function metricsRoutes(
  app: App,
  context: Context,
  { requests, outbox }: { requests: RequestCounts; outbox: OutboxCountReader },
): void {
  let metrics: Metrics | undefined;
  app.get(
    '/metrics',
    {
      onRequest: async (request) => {
        if (!isPrivateNetwork(request)) await context.operator.requireOperator(request);
      },
      schema: {
        operationId: 'getMetrics',
        tags: ['operations'],
        summary: 'Metrics of this process in the Prometheus text format',
        description: 'Requests from a private network need no token; requests through a proxy need one.',
        security: [{}, { operator: [] }],
        produces: ['text/plain'],
        response: responses({ 200: Type.String({ description: 'Prometheus text format' }) }, 'unauthorized'),
      },
    },
    async (_request, reply) => {
      metrics ??= createMetrics(metricFamilies(context, requests, outbox), requests);
      const text = await metrics.text();
      return reply.header('cache-control', 'no-store').type(metrics.contentType).send(text);
    },
  );
}
