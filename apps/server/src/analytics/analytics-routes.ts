import { Analytics, AnalyticsQuery } from '@bookedbarber/contract';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { answers, forOperators, shopParams } from '../plugins/route-schemas.ts';

export function analyticsRoutes(app: App, { catalog, analytics, db, operator }: Context): void {
  app.get(
    '/api/v1/shops/:shop/analytics',
    {
      onRequest: operator.requireOperator,
      schema: {
        tags: ['analytics'],
        summary: 'Bookings, revenue, no-shows and utilisation by day and barber; both days count',
        ...forOperators,
        params: shopParams,
        querystring: AnalyticsQuery,
        response: answers({ 200: Analytics }, 'unauthorized', 'shop_not_found'),
      },
    },
    async (request) => {
      const shop = await catalog.shop(db, request.params.shop);
      return analytics.report(db, shop, request.query.from, request.query.to);
    },
  );
}
