import { Availability, AvailabilityQuery } from '@bookedbarber/contract';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { answers, shopParams } from '../plugins/route-schemas.ts';
import { findFreeTimes, parseSegmentParameters, type ReadCalendar } from './availability.ts';
import { resolveSegments } from './visit-request.ts';

export function availabilityRoutes(app: App, { shopReader, dayReader, clock }: Context): void {
  app.get(
    '/api/v1/shops/:shop/availability',
    {
      schema: {
        tags: ['booking'],
        summary: 'Free starts of a visit over a range of days',
        description: 'Advice for choosing: the booking itself is decided by the database.',
        params: shopParams,
        querystring: AvailabilityQuery,
        response: answers({ 200: Availability }, 'shop_not_found', 'service_unknown'),
      },
    },
    async (request, reply) => {
      const { segment, from, days = 7 } = request.query;
      const shop = await shopReader.shop(request.params.shop);
      const { services, barbers } = await shopReader.menu(shop);
      const segments = resolveSegments(parseSegmentParameters(segment), services, barbers);
      const read: ReadCalendar = async (range) => {
        const { time, source } = await dayReader.calendar(range);
        reply.header('x-cache', source);
        return time;
      };
      reply.header('cache-control', 'private, no-cache');
      return findFreeTimes(read, { shop, segments, from, days, nowMs: clock.nowMs() });
    },
  );
}
