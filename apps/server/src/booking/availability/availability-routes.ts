import { Availability, AvailabilityQuery } from '@bookedbarber/contract';
import type { Answer } from '@bookedbarber/redis-tier/cache';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../http/app-type.ts';
import { sendCached } from '../../http/cached-reply.ts';
import { answers, shopParams } from '../../http/route-schemas.ts';
import type { Context } from '../../main/context.ts';
import type { Rendering } from '../../read-models/prerendered-responses.ts';
import { resolveSegments } from '../resolve-segments.ts';
import { findFreeTimes, parseSegmentParameters, type ReadCalendar } from './availability.ts';
import { windowHoldsUntilMs } from './policy.ts';

export function availabilityRoutes(app: App, { shopReader, dayReader, prerendered, clock }: Context): void {
  app.get(
    '/api/v1/shops/:shop/availability',
    {
      onRequest: sendPrerendered,
      schema: {
        operationId: 'getAvailability',
        tags: ['booking'],
        summary: 'Free starts of a visit over a range of days',
        description: 'Advice for choosing: the booking itself is decided by the database.',
        params: shopParams,
        querystring: AvailabilityQuery,
        response: answers({ 200: Availability }, 'shop_not_found', 'service_unknown'),
      },
    },
    async (request, reply) => {
      const nowMs = clock.nowMs();
      const response = await prerendered.render(request.url, nowMs, () =>
        compute(request.params.shop, request.query, nowMs),
      );
      return sendCached(request, reply, response);
    },
  );

  /**
   * Sends the response that was rendered for this URL before, if it is still valid. As a hook of the route it runs after
   * those of the server (headers, load shedding, limits), and before the query is validated: only valid URLs have one.
   */
  function sendPrerendered(request: FastifyRequest, reply: FastifyReply, next: () => void): void {
    const response = prerendered.find(request.url, clock.nowMs());
    if (response === undefined) next();
    else sendCached(request, reply, response);
  }

  async function compute(
    slug: string,
    { segment, from, days = 7 }: AvailabilityQuery,
    nowMs: number,
  ): Promise<Rendering> {
    const shop = await shopReader.shop(slug);
    const menu = await shopReader.menu(shop.value);
    const sources: Answer<unknown>[] = [shop, menu];
    let untilMs = windowHoldsUntilMs(nowMs);
    const read: ReadCalendar = async (range) => {
      const calendar = await dayReader.calendar(range);
      sources.push(...calendar.days);
      untilMs = Math.min(untilMs, calendar.holdsUntilMs);
      return calendar.time;
    };
    const { services, barbers } = menu.value;
    const segments = resolveSegments(parseSegmentParameters(segment), services, barbers);
    const value = await findFreeTimes(read, { shop: shop.value, segments, from, days, nowMs });
    return { value, sources, untilMs };
  }
}
