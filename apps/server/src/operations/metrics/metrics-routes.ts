import { Type } from 'typebox';
import type { App } from '../../http/app-type.ts';
import { answers } from '../../http/route-schemas.ts';
import type { Context } from '../../main/context.ts';
import type { OutboxCountReader } from '../messages/outbox-monitor.ts';
import { isPrivateNetwork } from '../private-network.ts';
import { metricFamilies } from './metric-families.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import type { RequestCounts } from './request-counts.ts';

/** Counts for Prometheus. Nothing is set up before the first scrape, so that an installation without pays nothing. */
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
        summary: 'Counts of this process in the text format of Prometheus',
        description: 'From this machine or its own network without a token; through a proxy with one.',
        security: [{}, { operator: [] }],
        produces: ['text/plain'],
        response: answers({ 200: Type.String({ description: 'Text format of Prometheus' }) }, 'unauthorized'),
      },
    },
    async (_request, reply) => {
      metrics ??= createMetrics(metricFamilies(context, requests, outbox), requests);
      const text = await metrics.text();
      return reply.header('cache-control', 'no-store').type(metrics.contentType).send(text);
    },
  );
}
