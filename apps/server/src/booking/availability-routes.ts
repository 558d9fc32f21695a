import { Availability, AvailabilityQuery } from '@bookedbarber/contract';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { answers, shopParams } from '../plugins/route-schemas.ts';
import { findFreeTimes, parseSegmentParameters } from './availability.ts';

export function availabilityRoutes(app: App, { catalog, staff, bookings, db, clock }: Context): void {
  app.get(
    '/api/v1/shops/:shop/availability',
    {
      schema: {
        tags: ['booking'],
        summary: 'Free starts of a visit over a range of days',
        params: shopParams,
        querystring: AvailabilityQuery,
        response: answers({ 200: Availability }, 'shop_not_found', 'service_unknown'),
      },
    },
    async (request) => {
      const { segment, from, days = 7 } = request.query;
      const shop = await catalog.shop(db, request.params.shop);
      const segments = await bookings.resolve(db, shop, parseSegmentParameters(segment));
      return findFreeTimes(db, staff, { shop, segments, from, days, nowMs: clock.nowMs() });
    },
  );
}
