import { Availability, AvailabilityQuery } from '@bookedbarber/contract';
import type { CacheResult } from '@bookedbarber/redis-tier/cache';
import { sendCached } from '@bookedbarber/redis-tier/fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../http/app-type.ts';
import { responses, shopParams } from '../../http/route-schemas.ts';
import type { Context } from '../../main/context.ts';
import type { Rendering } from '../../read-models/prerendered-responses.ts';
import { resolveSegments } from '../resolve-segments.ts';
import { findFreeTimes, parseSegmentParameters, type ReadCalendar } from './availability.ts';
import { windowValidUntilMs } from './policy.ts';

export function availabilityRoutes(app: App, { shopReader, dayReader, prerendered, clock }: Context): void {
  app.get(
    '/api/v1/shops/:shop/availability',
    {
      onRequest: sendPrerendered,
      schema: {
        operationId: 'getAvailability',
        tags: ['booking'],
        summary: 'Free start times for the requested services over a range of days',
        description: 'The result does not reserve a time. Create a hold or a booking to reserve it.',
        params: shopParams,
        querystring: AvailabilityQuery,
        response: responses({ 200: Availability }, 'shop_not_found', 'service_unknown'),
      },
    },
    async (request, reply) => {
      const nowMs = clock.nowMs();
      const response = await prerendered.render(request.url, nowMs, () =>
        compute(request.params.shop, request.query, nowMs),
      );
      return sendCached(reply, response);
    },
  );

  /**
   * Sends the pre-rendered response of this URL, if there is one and it is still valid. As a route hook it runs after
   * the hooks of the server (headers, load shedding, limits). It runs before the query is validated, which is safe
   * because only valid URLs have a pre-rendered response.
   */
  function sendPrerendered(request: FastifyRequest, reply: FastifyReply, next: () => void): void {
    const response = prerendered.find(request.url, clock.nowMs());
    if (response === undefined) next();
    else sendCached(reply, response);
  }

  async function compute(
    slug: string,
    { segment, from, days = 7 }: AvailabilityQuery,
    nowMs: number,
  ): Promise<Rendering> {
    const shop = await shopReader.shop(slug);
    const menu = await shopReader.menu(shop.value);
    const sources: CacheResult<unknown>[] = [shop, menu];
    let untilMs = windowValidUntilMs(nowMs);
    const read: ReadCalendar = async (range) => {
      const calendar = await dayReader.calendar(range);
      sources.push(...calendar.days);
      untilMs = Math.min(untilMs, calendar.validUntilMs);
      return calendar.time;
    };
    const { services, barbers } = menu.value;
    const segments = resolveSegments(parseSegmentParameters(segment), services, barbers);
    const value = await findFreeTimes(read, { shop: shop.value, segments, from, days, nowMs });
    return { value, sources, untilMs };
  }
}
