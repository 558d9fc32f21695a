import {
  Booking,
  bookingTokenHeader,
  CancelInput,
  Preferences,
  PreferencesChange,
  RescheduleInput,
} from '@bookedbarber/contract';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { ShopRecord } from '../catalog/catalog.ts';
import { transaction } from '../database/transaction.ts';
import type { App } from '../http/app-type.ts';
import { once } from '../http/idempotency.ts';
import { problem } from '../http/problem.ts';
import { bookingParams, forGuestOfBooking, responses } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import { type BookingRecord, findBooking } from './booking-record.ts';
import type { Actor } from './bookings.ts';
import { calendarFile } from './calendar-file.ts';
import { withNextFree } from './overlap-conflict.ts';
import { toBooking } from './representation.ts';

/** Routes for a single booking, for guests with its link and for operators. */
export function bookingRoutes(app: App, context: Context): void {
  const { catalog, bookings, links, db, clock, operator } = context;

  /**
   * Throws booking_not_found without valid credentials, so that the response does not reveal whether the booking
   * exists.
   */
  function actorFor(request: FastifyRequest, id: string): Actor {
    if (operator.isOperator(request)) return 'staff';
    const token = request.headers[bookingTokenHeader];
    if (typeof token === 'string' && links.isTokenOf(id, token)) return 'guest';
    throw problem('booking_not_found');
  }

  async function load(id: string): Promise<{ booking: BookingRecord; shop: ShopRecord }> {
    const booking = await findBooking(db, id);
    if (booking.status === 'held') throw problem('booking_not_found');
    return { booking, shop: await catalog.shopById(db, booking.shopId) };
  }

  app.get(
    '/api/v1/bookings/:id',
    {
      schema: {
        operationId: 'getBooking',
        tags: ['booking'],
        summary: 'Get a booking',
        ...forGuestOfBooking,
        params: bookingParams,
        response: responses({ 200: Booking }, 'booking_not_found'),
      },
    },
    async (request, reply) => {
      actorFor(request, request.params.id);
      const { booking, shop } = await load(request.params.id);
      reply.header('cache-control', 'private, no-store');
      return toBooking(shop, booking, clock.nowMs());
    },
  );

  app.get(
    '/api/v1/bookings/:id/calendar.ics',
    {
      schema: {
        operationId: 'getBookingCalendar',
        tags: ['booking'],
        summary: 'Download the appointment as a calendar file',
        ...forGuestOfBooking,
        params: bookingParams,
        produces: ['text/calendar'],
        response: responses({ 200: Type.String({ description: 'text/calendar' }) }, 'booking_not_found'),
      },
    },
    async (request, reply) => {
      actorFor(request, request.params.id);
      const { booking, shop } = await load(request.params.id);
      return reply
        .header('content-type', 'text/calendar; charset=utf-8')
        .header('content-disposition', 'attachment; filename="booking.ics"')
        .header('cache-control', 'private, no-store')
        .send(calendarFile(shop, booking));
    },
  );

  app.post(
    '/api/v1/bookings/:id/reschedule',
    {
      schema: {
        operationId: 'rescheduleBooking',
        tags: ['booking'],
        summary: 'Reschedule a booking, or change its services',
        ...forGuestOfBooking,
        params: bookingParams,
        body: RescheduleInput,
        response: responses({ 200: Booking }, 'booking_not_found', 'slot_taken', 'too_late_to_change'),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const actor = actorFor(request, id);
      const { booking, shop } = await load(id);
      const requests = request.body.segments ?? bookings.segmentsOf(booking);
      const startMs = Date.parse(request.body.start);
      const requested = async () => {
        const segments = await bookings.resolve(db, shop, requests, booking);
        return { shop, segments, startMs, exceptBookingId: id };
      };
      return withNextFree(context, requested, () =>
        once(context, request, reply, async (tx) => {
          const nowMs = clock.nowMs();
          const moved = await bookings.reschedule(tx, shop, id, request.body, { nowMs, actor });
          return { status: 200, body: toBooking(shop, moved, nowMs) };
        }),
      );
    },
  );

  app.post(
    '/api/v1/bookings/:id/cancel',
    {
      schema: {
        operationId: 'cancelBooking',
        tags: ['booking'],
        summary: 'Cancel a booking',
        ...forGuestOfBooking,
        params: bookingParams,
        body: CancelInput,
        response: responses({ 200: Booking }, 'booking_not_found', 'booking_ended', 'too_late_to_change'),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const actor = actorFor(request, id);
      const { shop } = await load(id);
      return once(context, request, reply, async (tx) => {
        const nowMs = clock.nowMs();
        const cancelled = await bookings.cancel(tx, shop, id, request.body.reason, { nowMs, actor });
        return { status: 200, body: toBooking(shop, cancelled, nowMs) };
      });
    },
  );

  for (const [verb, status, operationId, summary] of [
    ['confirm', 'confirmed', 'confirmBooking', 'Confirm a pending booking'],
    ['complete', 'completed', 'completeBooking', 'Mark a booking as completed'],
    ['no-show', 'no_show', 'markBookingNoShow', 'Mark a booking as a no-show'],
  ] as const) {
    app.post(
      `/api/v1/bookings/:id/${verb}`,
      {
        onRequest: operator.requireOperator,
        schema: {
          operationId,
          tags: ['booking'],
          summary,
          params: bookingParams,
          response: responses({ 200: Booking }, 'unauthorized', 'booking_not_found', 'status_not_possible'),
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const { shop } = await load(id);
        return once(context, request, reply, async (tx) => {
          const nowMs = clock.nowMs();
          return {
            status: 200,
            body: toBooking(shop, await bookings.setStatus(tx, shop, id, status, nowMs), nowMs),
          };
        });
      },
    );
  }

  app.patch(
    '/api/v1/bookings/:id/preferences',
    {
      schema: {
        operationId: 'updateBookingPreferences',
        tags: ['clients'],
        summary: 'Update the contact preferences of this booking',
        ...forGuestOfBooking,
        params: bookingParams,
        body: PreferencesChange,
        response: responses({ 200: Preferences }, 'booking_not_found'),
      },
    },
    async (request) => {
      actorFor(request, request.params.id);
      await load(request.params.id);
      const booking = await transaction(db, (tx) =>
        bookings.updatePreferences(tx, request.params.id, request.body),
      );
      return { zone: booking.zone, language: booking.language, channel: booking.channel };
    },
  );
}
