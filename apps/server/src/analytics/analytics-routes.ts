import { Analytics, AnalyticsQuery } from '@bookedbarber/contract';
import { sendCached } from '@bookedbarber/redis-tier/fastify';
import type { App } from '../http/app-type.ts';
import { responses, shopParams } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import { checkRange } from './analytics.ts';

export function analyticsRoutes(app: App, { shopReader, analyticsReader, operator }: Context): void {
  app.get(
    '/api/v1/shops/:shop/analytics',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'getAnalytics',
        tags: ['analytics'],
        summary: 'Bookings, revenue, no-shows and utilization by day and barber; from and to are inclusive',
        params: shopParams,
        querystring: AnalyticsQuery,
        response: responses({ 200: Analytics }, 'unauthorized', 'shop_not_found'),
      },
    },
    async (request, reply) => {
      const { from, to } = request.query;
      checkRange(from, to);
      const shop = (await shopReader.shop(request.params.shop)).value;
      return sendCached(reply, await analyticsReader.report(shop, from, to));
    },
  );
}
