import { BookingCreated, BookingInput, BookingList, BookingListQuery } from '@bookedbarber/contract';
import type { Executor } from '../database/connect.ts';
import type { App } from '../http/app-type.ts';
import { once } from '../http/idempotency.ts';
import { problem } from '../http/problem.ts';
import { responses, shopParams } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import { addDays } from '../time/dates.ts';
import { localDay } from '../time/wall-time.ts';
import { listBookings } from './booking-record.ts';
import { withNextFree } from './overlap-conflict.ts';
import { toBooking } from './representation.ts';

export function shopBookingRoutes(app: App, context: Context): void {
  const { catalog, bookings, links, db, clock, operator } = context;

  app.post(
    '/api/v1/shops/:shop/bookings',
    {
      schema: {
        operationId: 'createBooking',
        tags: ['booking'],
        summary: 'Create a booking from a hold, or from segments and a start',
        description: "With the operator token, the shop's notice rules do not apply.",
        params: shopParams,
        body: BookingInput,
        response: responses({ 201: BookingCreated }, 'shop_not_found', 'slot_taken', 'service_unknown'),
      },
    },
    async (request, reply) => {
      const { body } = request;
      const direct = requestedTime(body);
      const shop = await catalog.shop(db, request.params.shop);
      const resolve = async (executor: Executor) =>
        direct && (await bookings.resolve(executor, shop, direct.segments));
      const startMs = direct?.startMs ?? 0;
      const actor = operator.isOperator(request) ? 'staff' : 'guest';
      const requested = async () => ({ shop, segments: (await resolve(db)) ?? [], startMs });
      const booking = await withNextFree(context, requested, () =>
        once(context, request, reply, async (tx) => {
          const segments = await resolve(tx);
          const nowMs = clock.nowMs();
          const record = await bookings.book(tx, shop, body, segments, { startMs, nowMs, actor });
          return { status: 201, body: toBooking(shop, record, nowMs) };
        }),
      );
      return { booking, manage_url: links.url(booking.id) };
    },
  );

  app.get(
    '/api/v1/shops/:shop/bookings',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'listBookings',
        tags: ['booking'],
        summary: 'List the bookings of one or more days',
        params: shopParams,
        querystring: BookingListQuery,
        response: responses({ 200: BookingList }, 'unauthorized', 'shop_not_found'),
      },
    },
    async (request) => {
      const { from, days = 1 } = request.query;
      const shop = await catalog.shop(db, request.params.shop);
      const fromMs = localDay(shop.zone, from).startMs;
      const toMs = localDay(shop.zone, addDays(from, days)).startMs;
      const found = await listBookings(db, shop.id, fromMs, toMs);
      return { zone: shop.zone, bookings: found.map((booking) => toBooking(shop, booking, clock.nowMs())) };
    },
  );
}

/** Null for a hold. Throws invalid_request when the body has both a hold and a time, or neither. */
function requestedTime({ hold_id, segments, start }: BookingInput) {
  const complete = segments !== undefined && start !== undefined;
  if ((hold_id !== undefined) === complete || (hold_id !== undefined && (segments ?? start) !== undefined)) {
    throw problem('invalid_request', 'Send either hold_id, or segments and start.');
  }
  return complete ? { segments, startMs: Date.parse(start) } : null;
}
